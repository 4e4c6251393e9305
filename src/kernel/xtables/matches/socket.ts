import { IP_OFFMASK, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/packet.ts'
import { lookup } from '../../socket.ts'
import { lookupEstablished, lookupListener } from '../../tcp/table.ts'
import type { Match, OptionSpec } from '../extension.ts'
import { flag } from '../option.ts'

export interface SocketData {
  transparent: boolean
  nowildcard: boolean
  'restore-skmark': boolean
}

const FLAGS = ['transparent', 'nowildcard', 'restore-skmark'] as const

/**
 * Match a TCP or UDP packet for which this host has a socket: one that is bound to every address does not count.
 * Linux: net/netfilter/xt_socket.c socket_match; iptables: extensions/libxt_socket.c
 * Left out: transparent sockets (no program has one), marks of sockets, ICMP errors
 */
export const socket: Match<SocketData> = {
  name: 'socket',
  hooks: ['PRE_ROUTING', 'LOCAL_IN'],
  init: () => ({ transparent: false, nowildcard: false, 'restore-skmark': false }),
  options: FLAGS.map((name): OptionSpec<SocketData> => flag(name, (d) => void (d[name] = true))),
  save: (d) => FLAGS.map((name) => (d[name] ? ` --${name}` : '')).join(''),
  print: (d) => ` socket${FLAGS.map((name) => (d[name] ? ` --${name}` : '')).join('')}`,
  match(k, skb, d) {
    if (skb.frag & IP_OFFMASK || d.transparent) return false
    if (skb.protocol === IPPROTO_TCP) {
      const t = k.net.tcp
      if (lookupEstablished(t, skb.daddr, skb.dport, skb.saddr, skb.sport) >= 0) return true
      const l = lookupListener(t, skb.daddr, skb.dport)
      return l >= 0 && (d.nowildcard || t.laddr[l] !== 0)
    }
    if (skb.protocol !== IPPROTO_UDP) return false
    const sk = lookup(k.net, 'udp', skb.daddr, skb.dport, skb.saddr, skb.sport)
    return sk !== null && (d.nowildcard || sk.laddr !== 0)
  },
}
