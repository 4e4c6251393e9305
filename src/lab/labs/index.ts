/** The ready-made labs, by name. The others come with the programs (more.ts). */
import type { LabSpec } from '../spec.ts'
import { gateway } from './gateway.ts'

const known: Record<string, LabSpec> = { gateway }
export const labs: Readonly<Record<string, LabSpec | undefined>> = known

/** Names of all labs there are. */
export const LAB_NAMES: readonly string[] = [
  'gateway',
  'static',
  'pool',
  'twice',
  'hairpin',
  'uplinks',
  'half',
  'dmz',
  'service',
  'clients',
  'docker',
]

export function addLab(spec: LabSpec): void {
  known[spec.name] = spec
}
