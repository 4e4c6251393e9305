/**
 * The road, compiled, and what each station is. A build works this module out beforehand (build/machines.ts), so that
 * the engine on a page needs no XState to run.
 */
import { compile } from './compile.ts'
import { packetPath, type StationMeta } from './path.machine.ts'

export const road = compile(packetPath)

/** What a station is, by its number. */
export const stationMeta: readonly StationMeta[] = road.states.map(
  (name) => packetPath.getStateNodeById(`path.${name}`).meta as StationMeta,
)
