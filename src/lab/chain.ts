/** The tool `chain`: what hangs in a bucket, node by node, for whoever points at it. It only looks. */
import * as v from 'valibot'
import type { ConnView } from '../kernel/conntrack/conn.ts'
import { isExpired } from '../kernel/conntrack/table.ts'
import { ctView } from '../kernel/conntrack/view.ts'
import type { Pieces, Session } from './session.ts'
import { readers, tools } from './tools.ts'

/** Nodes that are told of at most. */
const NODES = 5

export interface Chain {
  bucket: number
  /** Nodes of the whole chain, without those whose time is over. */
  length: number
  /** The first of them, and which tuple each is: 0 the original one, 1 the reply's. */
  nodes: { entry: ConnView; dir: 0 | 1 }[]
}

const Query = v.object({ host: v.string(), bucket: v.pipe(v.number(), v.integer(), v.minValue(0)) })

function* chain(session: Session, argument: unknown): Pieces<Chain> {
  const { host, bucket } = v.parse(Query, argument)
  const { lab } = session.run()
  const { ct } = lab.kernel(Math.max(0, lab.hostIndex(host))).machine
  const { now } = lab.state
  const nodes: Chain['nodes'] = []
  let length = 0
  yield
  for (let node = bucket < ct.buckets ? ct.heads[bucket] : -1; node >= 0; node = ct.next[node]) {
    if (isExpired(ct, node >> 1, now)) continue
    if (length++ < NODES) nodes.push({ entry: ctView(ct, node >> 1, now), dir: node & 1 ? 1 : 0 })
  }
  return { bucket, length, nodes }
}

tools.set('chain', chain)
readers.add('chain')
