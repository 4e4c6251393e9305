/**
 * What hangs at a device for traffic control: the queueing discipline `ingress` or `clsact`, which queues nothing and only
 * has filters, and the filters' tables, keys and actions, as plain data.
 *
 * Linux: net/sched/sch_ingress.c, cls_api.c struct tcf_proto, cls_u32.c struct tc_u_hnode, struct tc_u_knode, act_api.c
 * struct tc_action
 * Left out: disciplines that queue, shared blocks, chains other than 0, classifiers other than u32
 */
import type { Ipv4 } from '../../wire/address.ts'
import type { Micros } from '../trace.ts'

export const ETH_P_ALL = 0x0003
export const ETH_P_IP = 0x0800

export interface TcQdisc {
  kind: 'ingress' | 'clsact'
  /** Filters by direction and preference. A qdisc `ingress` has the first list only. */
  ingress: TcProto[]
  egress: TcProto[]
  /** Tables of u32, of both directions, the newest first; and the number of the next one. */
  tables: U32Table[]
  nextTable: number
  bytes: number
  packets: number
  drops: number
}

/** A preference with its classifier. Linux: struct tcf_proto */
export interface TcProto {
  prio: number
  /** ETH_P_*. */
  protocol: number
  /** Its table: U32Table.handle. */
  table: number
}

/** Linux: struct tc_u_hnode */
export interface U32Table {
  handle: number
  prio: number
  nodes: U32Node[]
}

/** A filter. Linux: struct tc_u_knode */
export interface U32Node {
  handle: number
  keys: U32Key[]
  /** 0: none. */
  classid: number
  actions: TcAction[]
  /** Packets that were compared, and those that fitted. */
  tried: number
  hits: number
}

/** 32 bits of the packet, `at` bytes into the IP header. Linux: struct tc_u32_key */
export interface U32Key {
  value: number
  mask: number
  at: number
  /** It was meant to count from the next header; a filter that no other one has led to counts from IP's all the same. */
  next: boolean
  hits: number
}

/** What a packet is told. Linux: include/uapi/linux/pkt_cls.h TC_ACT_* */
export type TcVerdict = 'pass' | 'drop' | 'continue' | 'reclassify' | 'pipe'

export interface TcAction {
  kind: 'nat' | 'gact'
  index: number
  verdict: TcVerdict
  /** nat: sources of what leaves, not destinations of what comes; `bits` of `from` are exchanged for those of `to`. */
  egress: boolean
  from: Ipv4
  bits: number
  to: Ipv4
  bytes: number
  packets: number
  drops: number
  installed: Micros
  used: Micros
  /** -1: never. */
  firstUsed: Micros
}
