/** Datagrams that programs send. Linux: net/ipv4/udp.c udp_sendmsg, datagram.c __ip4_datagram_connect */
import { IP_DF, IPPROTO_UDP } from '../wire/packet.ts'
import type { Ipv4 } from '../wire/address.ts'
import type { Kernel } from './kernel.ts'
import { ip_dont_fragment, ip_route_output, isMulticast } from './route.ts'
import { newSkb } from './skb.ts'
import { newSock, type Errno, type Sock } from './socket.ts'
import { nextIpId } from './tcp/output.ts'

/** A port that no other socket has, 0: there is none. Linux: udp_lib_get_port, from a place drawn at random */
function ephemeralPort(k: Kernel): number {
  const { portLow, ports } = k.net.params
  const begin = k.random() % ports
  for (let i = 0; i < ports; i++) {
    const port = portLow + ((begin + i) % ports)
    if (!k.net.socks.some((s) => s?.proto === 'udp' && s.lport === port)) return port
  }
  return 0
}

/** A socket that speaks with one peer. `laddr` and `lport` 0: the kernel chooses. */
export function udp_connect(
  k: Kernel,
  pid: number,
  to: Ipv4,
  rport: number,
  laddr: Ipv4 = 0,
  lport = 0,
): Sock | Errno {
  const ports = { sport: lport, dport: rport }
  const route = ip_route_output(k.net, to, { saddr: laddr, proto: IPPROTO_UDP, ...ports })
  if ('errno' in route) return route.errno
  const from = laddr || route.src
  const port = lport || ephemeralPort(k)
  if (port === 0) return 'EAGAIN'
  const sock = newSock(k.net, 'udp', pid)
  sock.laddr = from
  sock.lport = port
  // Who names nobody means himself.
  sock.raddr = to || route.nexthop
  sock.rport = rport
  return sock
}

/** Send bytes that mean `payload` to the socket's peer. `watched` 0: nobody wants to see what becomes of them. `ttl` 0: the host's own. */
export function udp_send(k: Kernel, sock: Sock, payload: number, bytes: number, watched = 1, ttl = 0): void {
  const skb = newSkb()
  skb.serial = k.nextSerial()
  skb.protocol = IPPROTO_UDP
  skb.saddr = sock.laddr
  skb.daddr = sock.raddr
  skb.sport = sock.lport
  skb.dport = sock.rport
  // To a group it goes as far as the link.
  skb.ttl = ttl || (isMulticast(sock.raddr) ? 1 : k.net.params.defaultTtl)
  skb.id = nextIpId(k)
  skb.frag = ip_dont_fragment(k, sock.raddr) ? IP_DF : 0
  skb.thl = 8
  skb.len = 28 + bytes
  skb.payload = payload
  skb.watched = watched
  skb.sk = sock.index
  k.output(skb)
}
