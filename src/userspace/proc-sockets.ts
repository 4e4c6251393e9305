/**
 * /proc/net/tcp, udp, raw, icmp and sockstat. Numbers of inodes and addresses of sockets in memory are the lab's own.
 * Linux: net/ipv4/tcp_ipv4.c get_tcp4_sock, udp.c udp4_format_sock, raw.c, proc.c sockstat_seq_show
 */
import { TCP_BOTH_OPEN, TCP_CLOSE, TCP_LISTEN, TCP_SYN_RECV, TCP_TIME_WAIT } from '../kernel/tcp/table.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { littleEndian } from './proc-net.ts'
import { addProcFile } from './procfs.ts'
import { socketsOf, type NetId, type SocketView } from './ss/sockets.ts'
import { sockCounts } from './ss/summary.ts'

const TCP_WIDTH = 149
const UDP_WIDTH = 127
/** Clock ticks of userspace a second. Linux: USER_HZ */
const TICK = 10_000

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0').toUpperCase()
const end = (addr: number, port: number): string => `${littleEndian(addr)}:${hex(port, 4)}`
export const inode = (v: SocketView): number => 20_000 + v.lport
const pointer = (v: SocketView): string =>
  (Math.imul(v.lport ^ (v.rport << 16), 0x9e3779b1) >>> 0).toString(16).padStart(16, '0')

/** The common part: ends, state, queues, timer, retries. */
function head(k: Kernel, v: SocketView, number: string): string {
  const running = v.timer !== null
  const active = !running ? 0 : v.state === TCP_TIME_WAIT ? 3 : 1
  const left = v.timer ? Math.max(0, Math.floor((v.timer.at - k.now) / TICK)) : 0
  const queues = v.state === TCP_LISTEN ? [0, v.recvq] : [v.sendq, v.recvq]
  return (
    `${number}: ${end(v.laddr, v.lport)} ${end(v.raddr, v.rport)} ${hex(v.state === TCP_BOTH_OPEN ? TCP_SYN_RECV : v.state, 2)} ` +
    `${hex(queues[0], 8)}:${hex(queues[1], 8)} ${hex(active, 2)}:${hex(left, 8)} ${hex(v.timer?.retries ?? 0, 8)}`
  )
}

function tcpLine(k: Kernel, v: SocketView, i: number): string {
  const first = head(k, v, String(i).padStart(4))
  // A request and what is left of a connection have no inode, and nobody to ask for a window.
  const small = v.state === TCP_TIME_WAIT || v.state === TCP_SYN_RECV
  const ids = small ? `0 ${v.state === TCP_SYN_RECV ? 0 : 3}` : `${inode(v)} 1`
  const window = small ? '' : v.state === TCP_LISTEN ? ' 100 0 0 10 0' : ' 20 4 0 10 -1'
  return `${`${first}     0        0 ${ids} ${pointer(v)}${window}`.padEnd(TCP_WIDTH)}\n`
}

/** The kernel's own place of a port in its table. */
const bucket = (port: number): string => String(port & 0xffff).padStart(5)

function plainLine(k: Kernel, v: SocketView, width: number): string {
  return `${`${head(k, v, bucket(v.lport))}     0        0 ${inode(v)} 2 ${pointer(v)} 0`.padEnd(width)}\n`
}

const COLUMNS =
  'sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'

addProcFile('/proc/net/tcp', (k) => {
  const shown = socketsOf(k, 'tcp').filter((v) => v.state !== TCP_CLOSE)
  return `${`  ${COLUMNS}`.padEnd(TCP_WIDTH)}\n${shown.map((v, i) => tcpLine(k, v, i)).join('')}`
})

const plain = (netid: NetId, indent: string, width: number): ((k: Kernel) => string) => {
  const header = `${indent}${COLUMNS} ref pointer drops`
  return (k) =>
    `${header.padEnd(width)}\n${socketsOf(k, netid)
      .map((v) => plainLine(k, v, width))
      .join('')}`
}

addProcFile('/proc/net/udp', plain('udp', '   ', UDP_WIDTH))
addProcFile('/proc/net/raw', plain('raw', '  ', 0))

addProcFile('/proc/net/sockstat', (k) => {
  const c = sockCounts(k)
  return (
    `sockets: used ${c.used}\n` +
    `TCP: inuse ${c.tcp} orphan ${c.orphans} tw ${c.timeWait} alloc ${c.tcp} mem 0\n` +
    `UDP: inuse ${c.udp} mem 0\nUDPLITE: inuse 0\nRAW: inuse ${c.raw}\nFRAG: inuse ${c.frags} memory 0\n`
  )
})
