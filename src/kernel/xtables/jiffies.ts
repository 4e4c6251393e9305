/** The kernel's clock as extensions see it. Linux: include/linux/jiffies.h */
import type { Kernel } from '../kernel.ts'

export const HZ = 250
/** Microseconds in a jiffy. */
export const JIFFY = 1_000_000 / HZ
/** The counter begins five minutes before it leaves 32 bits. Linux: INITIAL_JIFFIES */
const INITIAL_JIFFIES = 2 ** 32 - 300 * HZ

export function jiffies(k: Kernel): number {
  return INITIAL_JIFFIES + Math.floor((k.machine.bootOffset + k.now) / JIFFY)
}
