/**
 * The road of a packet through one network namespace: START READING HERE.
 *
 * The states are its stations: the five hooks with what runs in each, in order of priority, the routing decisions,
 * local delivery and origination, and the ends. The events are the verdicts of a station. This definition is the only
 * source: the diagram is drawn from it (ui/views/HookPath), the followed packet is an actor of it, and compile.ts turns
 * it into the table that walk() (ip.ts) runs on.
 *
 * Linux: include/uapi/linux/netfilter_ipv4.h (enum nf_ip_hook_priorities), net/ipv4/ip_input.c, ip_forward.c,
 * ip_output.c, route.c
 * Left out: SELinux, the bridge's own hooks (a bridged frame takes the IPv4 ones, as br_netfilter has it), ingress and egress hooks
 */
import { setup } from 'xstate'
import type { Hook, TableName } from './xtables/rule.ts'

/** What a station can say of a packet. */
export type Verdict =
  'RECEIVE' | 'SEND' | 'ACCEPT' | 'DROP' | 'STOLEN' | 'LOCAL' | 'FORWARD' | 'LOOPBACK' | 'BRIDGE'

export type StationKind = 'device' | 'table' | 'conntrack' | 'decision' | 'step' | 'process' | 'end'

/** What a station is: for the walk, the diagram and the journey alike. */
export interface StationMeta {
  kind: StationKind
  hook?: Hook
  table?: TableName
  /** NF_IP_PRI_*; 2147483647 is "last". */
  priority?: number
  /** The Linux function that does the work. */
  fn: string
}

export const NF_IP_PRI_CONNTRACK_DEFRAG = -400
export const NF_IP_PRI_RAW = -300
export const NF_IP_PRI_CONNTRACK = -200
export const NF_IP_PRI_MANGLE = -150
export const NF_IP_PRI_NAT_DST = -100
export const NF_IP_PRI_FILTER = 0
export const NF_IP_PRI_SECURITY = 50
export const NF_IP_PRI_NAT_SRC = 100
export const NF_IP_PRI_LAST = 2147483647

const table = (hook: Hook, name: TableName, priority: number, fn: string): StationMeta => ({
  kind: 'table',
  hook,
  table: name,
  priority,
  fn,
})
const tracker = (hook: Hook, priority: number, fn: string): StationMeta => ({
  kind: 'conntrack',
  hook,
  priority,
  fn,
})
const ends = { DROP: '#path.dropped', STOLEN: '#path.stolen' } as const

export const packetPath = setup({
  types: { events: {} as { type: Verdict }, meta: {} as StationMeta },
}).createMachine({
  id: 'path',
  initial: 'start',
  states: {
    start: { meta: { kind: 'step', fn: '' }, on: { RECEIVE: 'receive', SEND: 'route_out' } },

    receive: {
      meta: { kind: 'device', fn: 'ip_rcv' },
      on: { ACCEPT: 'PRE_ROUTING', BRIDGE: 'transmit', ...ends },
    },

    PRE_ROUTING: {
      initial: 'defrag',
      on: ends,
      states: {
        defrag: {
          meta: tracker('PRE_ROUTING', NF_IP_PRI_CONNTRACK_DEFRAG, 'ipv4_conntrack_defrag'),
          on: { ACCEPT: 'raw' },
        },
        raw: {
          meta: table('PRE_ROUTING', 'raw', NF_IP_PRI_RAW, 'ipt_do_table'),
          on: { ACCEPT: 'conntrack' },
        },
        conntrack: {
          meta: tracker('PRE_ROUTING', NF_IP_PRI_CONNTRACK, 'nf_conntrack_in'),
          on: { ACCEPT: 'mangle' },
        },
        mangle: {
          meta: table('PRE_ROUTING', 'mangle', NF_IP_PRI_MANGLE, 'ipt_do_table'),
          on: { ACCEPT: 'nat' },
        },
        nat: {
          meta: table('PRE_ROUTING', 'nat', NF_IP_PRI_NAT_DST, 'nf_nat_ipv4_pre_routing'),
          on: { ACCEPT: '#path.route_in' },
        },
      },
    },

    route_in: {
      meta: { kind: 'decision', fn: 'ip_route_input_noref' },
      on: { LOCAL: 'LOCAL_IN', FORWARD: 'forward', BRIDGE: 'FORWARD', ...ends },
    },

    LOCAL_IN: {
      initial: 'mangle',
      on: ends,
      states: {
        mangle: {
          meta: table('LOCAL_IN', 'mangle', NF_IP_PRI_MANGLE, 'ipt_do_table'),
          on: { ACCEPT: 'filter' },
        },
        filter: {
          meta: table('LOCAL_IN', 'filter', NF_IP_PRI_FILTER, 'ipt_do_table'),
          on: { ACCEPT: 'security' },
        },
        security: {
          meta: table('LOCAL_IN', 'security', NF_IP_PRI_SECURITY, 'ipt_do_table'),
          on: { ACCEPT: 'nat' },
        },
        nat: {
          meta: table('LOCAL_IN', 'nat', NF_IP_PRI_NAT_SRC, 'nf_nat_ipv4_local_in'),
          on: { ACCEPT: 'confirm' },
        },
        confirm: { meta: tracker('LOCAL_IN', NF_IP_PRI_LAST, 'nf_confirm'), on: { ACCEPT: '#path.deliver' } },
      },
    },
    deliver: {
      meta: { kind: 'process', fn: 'ip_local_deliver_finish' },
      on: { ACCEPT: 'delivered', ...ends },
    },

    forward: { meta: { kind: 'step', fn: 'ip_forward' }, on: { ACCEPT: 'FORWARD', ...ends } },
    FORWARD: {
      initial: 'mangle',
      on: ends,
      states: {
        mangle: {
          meta: table('FORWARD', 'mangle', NF_IP_PRI_MANGLE, 'ipt_do_table'),
          on: { ACCEPT: 'filter' },
        },
        filter: {
          meta: table('FORWARD', 'filter', NF_IP_PRI_FILTER, 'ipt_do_table'),
          on: { ACCEPT: 'security' },
        },
        security: {
          meta: table('FORWARD', 'security', NF_IP_PRI_SECURITY, 'ipt_do_table'),
          on: { ACCEPT: '#path.POST_ROUTING' },
        },
      },
    },

    route_out: {
      meta: { kind: 'decision', fn: 'ip_route_output_key' },
      on: { ACCEPT: 'LOCAL_OUT', ...ends },
    },
    LOCAL_OUT: {
      initial: 'defrag',
      on: ends,
      states: {
        defrag: {
          meta: tracker('LOCAL_OUT', NF_IP_PRI_CONNTRACK_DEFRAG, 'ipv4_conntrack_defrag'),
          on: { ACCEPT: 'raw' },
        },
        raw: { meta: table('LOCAL_OUT', 'raw', NF_IP_PRI_RAW, 'ipt_do_table'), on: { ACCEPT: 'conntrack' } },
        conntrack: {
          meta: tracker('LOCAL_OUT', NF_IP_PRI_CONNTRACK, 'nf_conntrack_in'),
          on: { ACCEPT: 'mangle' },
        },
        mangle: {
          meta: table('LOCAL_OUT', 'mangle', NF_IP_PRI_MANGLE, 'ipt_mangle_out'),
          on: { ACCEPT: 'nat' },
        },
        nat: {
          meta: table('LOCAL_OUT', 'nat', NF_IP_PRI_NAT_DST, 'nf_nat_ipv4_local_fn'),
          on: { ACCEPT: 'filter' },
        },
        filter: {
          meta: table('LOCAL_OUT', 'filter', NF_IP_PRI_FILTER, 'ipt_do_table'),
          on: { ACCEPT: 'security' },
        },
        security: {
          meta: table('LOCAL_OUT', 'security', NF_IP_PRI_SECURITY, 'ipt_do_table'),
          on: { ACCEPT: '#path.POST_ROUTING' },
        },
      },
    },

    POST_ROUTING: {
      initial: 'mangle',
      on: ends,
      states: {
        mangle: {
          meta: table('POST_ROUTING', 'mangle', NF_IP_PRI_MANGLE, 'ipt_do_table'),
          on: { ACCEPT: 'nat' },
        },
        nat: {
          meta: table('POST_ROUTING', 'nat', NF_IP_PRI_NAT_SRC, 'nf_nat_ipv4_out'),
          on: { ACCEPT: 'confirm' },
        },
        confirm: {
          meta: tracker('POST_ROUTING', NF_IP_PRI_LAST, 'nf_confirm'),
          on: { ACCEPT: '#path.transmit' },
        },
      },
    },
    transmit: {
      meta: { kind: 'device', fn: 'dev_queue_xmit' },
      on: { ACCEPT: 'sent', LOOPBACK: 'looped', ...ends },
    },

    sent: { type: 'final', meta: { kind: 'end', fn: 'dev_hard_start_xmit' } },
    looped: { type: 'final', meta: { kind: 'end', fn: 'loopback_xmit' } },
    delivered: { type: 'final', meta: { kind: 'end', fn: 'ip_protocol_deliver_rcu' } },
    dropped: { type: 'final', meta: { kind: 'end', fn: 'kfree_skb' } },
    stolen: { type: 'final', meta: { kind: 'end', fn: '' } },
  },
})
