/** When a lesson looks whether its goal is reached. */
import type { Snapshot } from '../lab/protocol.ts'

/**
 * Changes whenever it may have been: a command has ended or printed something, the packets have come to rest, an entry has
 * come, has gone, or has got into the table. (A new one hangs on its packet at first, and nobody who asks is shown it.)
 */
export function worthALook({ run, quiet, hosts, kernel }: Snapshot): string {
  const { count, unconfirmed } = kernel.conntrack
  const said = hosts.map((h) => `${h.output}${h.busy ? '*' : ''}`).join(' ')
  return `${run} ${quiet} ${count} ${count - unconfirmed.length} ${said}`
}
