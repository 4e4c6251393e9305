import type { Ipv4 } from '../../../wire/address.ts'
import { IP_OFFMASK, IPPROTO_TCP, IPPROTO_UDP, type Packet } from '../../../wire/packet.ts'
import { isIcmpError } from '../../conntrack/core.ts'
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
 * Match a TCP or UDP packet for which this host has a socket, or an ICMP error about one that such a socket has sent. One that
 * is bound to every address does not count.
 * Linux: net/netfilter/xt_socket.c socket_match; iptables: extensions/libxt_socket.c
 * Left out: transparent sockets (no program has one), marks of sockets
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
    const e = endsOf(skb)
    if (e.protocol === IPPROTO_TCP) {
      const t = k.net.tcp
      if (lookupEstablished(t, e.laddr, e.lport, e.raddr, e.rport) >= 0) return true
      const l = lookupListener(t, e.laddr, e.lport)
      return l >= 0 && (d.nowildcard || t.laddr[l] !== 0)
    }
    if (e.protocol !== IPPROTO_UDP) return false
    const sk = lookup(k.net, 'udp', e.laddr, e.lport, e.raddr, e.rport)
    return sk !== null && (d.nowildcard || sk.laddr !== 0)
  },
}

interface Ends {
  protocol: number
  laddr: Ipv4
  lport: number
  raddr: Ipv4
  rport: number
}

/** Whose socket is looked for: of what an error quotes, the sender's. Linux: extract_icmp4_fields */
function endsOf({ inner, ...skb }: Packet): Ends {
  if (inner !== null && isIcmpError(skb.type))
    return {
      protocol: inner.protocol,
      laddr: inner.saddr,
      lport: inner.sport,
      raddr: inner.daddr,
      rport: inner.dport,
    }
  return { protocol: skb.protocol, laddr: skb.daddr, lport: skb.dport, raddr: skb.saddr, rport: skb.sport }
}
