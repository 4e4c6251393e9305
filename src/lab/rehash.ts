/**
 * The tool `rehash`: where the nodes of a host's table hung before the last rehash, and where they hang now, so that their
 * move can be drawn. It only looks.
 */
import * as v from 'valibot'
import { readActs } from '../kernel/conntrack/acts-view.ts'
import { bucketOf, isInTable } from '../kernel/conntrack/table.ts'
import type { Pieces, Session } from './session.ts'
import { readers, tools } from './tools.ts'

/** Nodes whose moves an eye can follow, and more. */
export const MOVES = 4096

export interface Moves {
  /** The step of the lab that did it, 0: there was none yet. */
  step: number
  from: number
  to: number
  /** The old and the new bucket of each node, one after the other; empty where there are more than MOVES nodes. */
  moves: Uint32Array
}

function* rehash(session: Session, argument: unknown): Pieces<Moves> {
  const { lab } = session.run()
  const { ct } = lab.kernel(Math.max(0, lab.hostIndex(v.parse(v.string(), argument)))).machine
  const act = readActs(ct.acts).rehash
  yield
  const none = new Uint32Array(0)
  // Two changes at one moment: the table is not the one that this was about.
  if (act === null || act.of !== ct.buckets) return { step: 0, from: 0, to: 0, moves: none }
  const before = { ...ct, buckets: act.from }
  const moves: number[] = []
  for (let slot = 0; slot < ct.used && moves.length <= 2 * MOVES; slot++) {
    if (ct.use[slot] === 0 || !isInTable(ct, slot)) continue
    for (const hash of [ct.hash[slot * 2], ct.hash[slot * 2 + 1]])
      moves.push(bucketOf(before, hash), bucketOf(ct, hash))
  }
  const { step, from, of: to } = act
  return { step, from, to, moves: moves.length > 2 * MOVES ? none : Uint32Array.from(moves) }
}

tools.set('rehash', rehash)
readers.add('rehash')
