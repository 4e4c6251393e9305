/** What series.ts notes of a lab, and where the history finds it once it has come. */
import type { LabState } from './state.ts'

export interface HostNotes {
  /** Entries made so far. */
  made: number
  /** Entries of the table by state, at that moment. */
  states: Record<string, number>
  /** Packets dropped so far, by reason. */
  drops: Record<string, number>
  /** How often each kind of work was done so far (kernel/work.ts); [] where the host has no CPUs of its own. */
  work: number[]
  /** Requests of loads that were completed so far, by the steps of their latency; null: there was no load. */
  latency: Uint32Array | null
  /** The same of the time that their connections took to open. */
  connect: Uint32Array | null
  /** Of each load (by its process), the requests that are in it. */
  seen: Readonly<Partial<Record<number, number>>>
}

export interface Notes {
  hosts: HostNotes[]
  /** Nanoseconds that each CPU has worked so far. */
  busy: number[]
}

export const seriesPart: { note: ((state: LabState, before: Notes | undefined) => Notes) | null } = {
  note: null,
}
