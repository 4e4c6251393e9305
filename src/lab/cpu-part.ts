/**
 * CPUs and what takes time on them are a part of the bench that the first lab does not need: it comes with the programs.
 * Until then no host has CPUs and no task exists.
 */
import type * as Cpus from './cpus.ts'

export const cpuPart: { is: typeof Cpus | null } = { is: null }

export function cpus(): typeof Cpus {
  if (cpuPart.is === null) throw new Error('lab/cpus.ts has not been loaded')
  return cpuPart.is
}
