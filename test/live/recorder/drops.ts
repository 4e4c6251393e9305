/** Where and why the kernel freed packets: its tracepoint skb:kfree_skb, read by bpftrace. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { startLines, type Lines } from './lines.ts'
import { protocolText } from './bytes.ts'

export interface Drop {
  /** CLOCK_MONOTONIC, in nanoseconds. */
  time: bigint
  /** Inodes of the namespaces of its device, socket and route. */
  inums: number[]
  reason: string
  where: string
  id: number
  proto: string
  src: string
  dst: string
}

const FORMAT = '/sys/kernel/tracing/events/skb/kfree_skb/format'
const PROGRAM = `
tracepoint:skb:kfree_skb /args->protocol == 0x800/ {
  $skb = (struct sk_buff *)args->skbaddr;
  $ip = (struct iphdr *)($skb->head + $skb->network_header);
  $dst = (struct dst_entry *)($skb->_skb_refdst & 0xfffffffffffffffe);
  printf("drop %llu %u,%u,%u %d %s %d %d %s %s\\n", nsecs,
    $skb->dev->nd_net.net->ns.inum, $skb->sk->__sk_common.skc_net.net->ns.inum, $dst->dev->nd_net.net->ns.inum,
    args->reason, ksym(args->location), $ip->id, $ip->protocol, ntop($ip->saddr), ntop($ip->daddr));
}
BEGIN { printf("ready\\n"); }
`

/** The names of the reasons, by number, as this kernel lists them. */
export function dropReasons(): Map<number, string> {
  if (!existsSync(FORMAT)) execFileSync('mount', ['-t', 'tracefs', 'nodev', '/sys/kernel/tracing'])
  const listed = readFileSync(FORMAT, 'utf8').matchAll(/\{ (\d+), "(\w+)" \}/g)
  return new Map([...listed].map(([, number, name]) => [Number(number), name]))
}

export function parseDrop(line: string, reasons: ReadonlyMap<number, string>): Drop | null {
  const f = line.split(' ')
  if (f[0] !== 'drop' || f.length !== 9) return null
  const id = Number(f[5])
  return {
    time: BigInt(f[1]),
    inums: f[2].split(',').map(Number),
    reason: reasons.get(Number(f[3])) ?? f[3],
    where: f[4],
    id: ((id & 255) << 8) | (id >>> 8),
    proto: protocolText(Number(f[6])),
    src: f[7],
    dst: f[8],
  }
}

/** Start to watch; resolves when it does. */
export async function watchDrops(
  env: NodeJS.ProcessEnv,
  take: (drop: Drop) => void,
  onEnd: (complaints: string) => void,
): Promise<Lines> {
  const reasons = dropReasons()
  return new Promise((resolve, reject) => {
    const lines = startLines(
      ['bpftrace', '-B', 'line', '-e', PROGRAM],
      env,
      (line) => {
        if (line === 'ready') resolve(lines)
        const drop = parseDrop(line, reasons)
        if (drop) take(drop)
      },
      (complaints) => {
        reject(new Error(`bpftrace: ${complaints}`))
        onEnd(complaints)
      },
    )
  })
}
