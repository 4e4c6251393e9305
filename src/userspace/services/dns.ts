/**
 * dnsmasq, as it runs in a container: a server of names that knows those of /etc/hosts and refuses the rest, as one without
 * a server to ask does. One process that takes one query after the other.
 *
 * dnsmasq 2.90, as it was heard. Left out: TCP, caching, DHCP, names of addresses (PTR)
 */
import { newSock } from '../../kernel/socket.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { udp_send } from '../../kernel/udp.ts'
import { WORK_DNS } from '../../kernel/work.ts'
import type { Ipv4 } from '../../wire/address.ts'
import { installDaemon } from '../daemons.ts'
import { answerText, parseQuery, TYPES, type Query } from '../dns/message.ts'
import type { ServiceSys } from './http.ts'

interface State {
  /** The answer to each query that has come: payloads and bytes. */
  known: Record<number, [payload: number, bytes: number]>
}

/** Start the server at port 53 of a namespace. False: the port is taken. */
export function startDns(k: Kernel, pid: number): boolean {
  if (k.net.socks.some((s) => s?.proto === 'udp' && s.lport === 53 && s.raddr === 0)) return false
  const sock = newSock(k.net, 'udp', pid)
  sock.lport = 53
  k.task(pid, 'dnsmasq', -1, { known: {} } satisfies State)
  return true
}

function recordsOf(sys: ServiceSys, { name, type }: Query): Ipv4[] {
  const addr = type === TYPES['A'] ? sys.resolve(name) : null
  return addr === null ? [] : [addr]
}

installDaemon('dnsmasq', {
  work(sys, w, next) {
    const { k } = sys
    const { known } = w.data as State
    const sock = k.net.socks[next()] ?? null
    const d = sock?.queue.shift()
    if (!sock || d === undefined) return false
    k.spend(WORK_DNS)
    if (d.payload !== 0 && !(d.payload in known)) {
      const q = parseQuery(sys.payloadText(d.payload))
      if (q === null) return false
      const text = answerText(q, recordsOf(sys, q))
      known[d.payload] = [sys.payload(text), text.length]
    }
    if (!(d.payload in known)) return false
    const to = { ...sock, laddr: d.about, raddr: d.src, rport: d.sport }
    udp_send(k, to, ...known[d.payload], d.watched)
    return false
  },
})
