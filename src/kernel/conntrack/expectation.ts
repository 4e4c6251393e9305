/** Connections that have been announced, and timeouts that have a name. Linux: struct nf_conntrack_expect, struct ctnl_timeout */
import type { Tuple } from './conn.ts'

export interface Expectation {
  /** Lab time at which it is forgotten, microseconds. */
  timeout: number
  /** Source port 0: any. */
  tuple: Tuple
  /** Bits of the source address that count; absent: all. */
  srcMask?: number
  /** The master: its id and slot, and the tuple that it had. */
  master: number
  slot: number
  helper: string
  zones: number
  /** Direction of the master that the expected connection begins in. */
  dir: number
  /** NAT: the port that the announcement named; 0: the master is not translated. */
  savedPort: number
}

/** A policy of `nfct`. */
export interface TimeoutPolicy {
  name: string
  /** 255: any protocol that has no tracker of its own. */
  l4proto: number
  /** Seconds, in the order in which nfct names them. */
  seconds: number[]
}
