/** `ss -s`. iproute2 6.1, misc/ss.c print_summary, out of /proc/net/sockstat and the SNMP counters */
import type { Kernel } from '../../kernel/kernel.ts'
import {
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_SYN_RECV,
  TCP_TIME_WAIT,
} from '../../kernel/tcp/table.ts'
import { socketsOf } from './sockets.ts'

export interface SockCounts {
  used: number
  tcp: number
  orphans: number
  timeWait: number
  established: number
  udp: number
  raw: number
  frags: number
}

/** What /proc/net/sockstat counts. */
export function sockCounts(k: Kernel): SockCounts {
  const tcp = socketsOf(k, 'tcp')
  const alive = tcp.filter(
    (v) => v.state !== TCP_TIME_WAIT && v.state !== TCP_SYN_RECV && v.state !== TCP_CLOSE,
  )
  const others = k.net.socks.flatMap((s) => s ?? [])
  return {
    used: alive.length + others.length,
    tcp: alive.length,
    orphans: alive.filter((v) => v.pid === 0 && v.service === '').length,
    timeWait: tcp.filter((v) => v.state === TCP_TIME_WAIT).length,
    established: tcp.filter((v) => v.state === TCP_ESTABLISHED || v.state === TCP_CLOSE_WAIT).length,
    udp: others.filter((s) => s.proto === 'udp').length,
    raw: others.filter((s) => s.proto !== 'udp').length,
    frags: k.net.frags.length,
  }
}

export function summary(k: Kernel): string {
  const c = sockCounts(k)
  const line = (name: string, n: number): string =>
    `${name}\t  ${String(n).padEnd(9)} ${String(n).padEnd(9)} ${'0'.padEnd(9)}\n`
  return (
    `Total: ${c.used}\n` +
    `TCP:   ${c.tcp + c.timeWait} (estab ${c.established}, closed ${c.timeWait}, orphaned ${c.orphans}, timewait ${c.timeWait})\n` +
    `\nTransport Total     IP        IPv6\n` +
    line('RAW', c.raw) +
    line('UDP', c.udp) +
    line('TCP', c.tcp) +
    line('INET', c.raw + c.udp + c.tcp) +
    line('FRAG', c.frags) +
    '\n'
  )
}
