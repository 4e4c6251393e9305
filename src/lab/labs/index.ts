/** The ready-made labs, by name. */
import type { LabSpec } from '../spec.ts'
import { gateway } from './gateway.ts'

export const labs: Readonly<Record<string, LabSpec>> = { gateway }
