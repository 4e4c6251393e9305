/**
 * The notation tests are written in: a gateway that is configured by command lines, and packets as tcpdump's lines.
 *
 *     const gw = gateway('iptables -t nat -A POSTROUTING -o wan -j MASQUERADE')
 *     expect(gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP')).toEqual(['wan 100.100.100.100.40000 > 8.8.8.8.53: UDP, length 0'])
 */
import { START_RECEIVE } from '../src/kernel/ip.ts'
import type { Kernel } from '../src/kernel/kernel.ts'
import { newSkb, type Skb } from '../src/kernel/skb.ts'
import type { PeriodName } from '../src/kernel/period.ts'
import type { TraceEvent } from '../src/kernel/trace.ts'
import { bootLab, type Lab } from '../src/lab/lab.ts'
import type { LabSpec } from '../src/lab/spec.ts'
import { emptyPacket } from '../src/wire/packet.ts'
import { parsePacket, printPacket } from '../src/wire/text.ts'

const spec = (shape: GatewayShape): LabSpec => ({
  name: 'kit',
  period: shape.period ?? 'modern',
  hosts: [
    {
      name: 'gw',
      role: 'gateway',
      memory: shape.memory ?? 24 * 1024 ** 3,
      ...(shape.buckets === undefined ? {} : { buckets: shape.buckets }),
      ...(shape.inum === undefined ? {} : { inum: shape.inum }),
      devs: [
        { name: 'lan', addrs: ['192.168.0.1/24'] },
        { name: 'wan', addrs: ['100.100.100.100/24'] },
      ],
      routes: [{ dst: 'default', via: '100.100.100.1', dev: 'wan' }],
      http: [],
    },
    {
      name: 'inside',
      role: 'client',
      memory: 1,
      devs: [{ name: 'eth0', addrs: Array.from({ length: 60 }, (_, i) => `192.168.0.${i + 2}/24`) }],
      routes: [],
      http: [],
    },
    {
      name: 'outside',
      role: 'server',
      memory: 1,
      devs: [{ name: 'eth0', addrs: ['100.100.100.1/24'] }],
      routes: [],
      http: [],
    },
  ],
  links: [
    { ends: ['inside:eth0', 'gw:lan'], delay: 0 },
    { ends: ['outside:eth0', 'gw:wan'], delay: 0 },
  ],
  names: {},
})

/** What a gateway is made of, where that is not said by commands. */
export interface GatewayShape {
  period?: PeriodName
  memory?: number
  buckets?: number
  /** It is not the first namespace of its machine. */
  inum?: number
}

export interface Gateway {
  lab: Lab
  k: Kernel
  /** A frame comes in; what goes out, each as `device line`. */
  rx(dev: string, line: string, more?: Partial<Skb>): string[]
  /** Type a line; what it prints. Throws when it fails. */
  sh(line: string): string
  wait(seconds: number): void
  /** Events since the last look. */
  events(): TraceEvent[]
  /** Why packets died since the last look. */
  drops(): string[]
}

/** A gateway between `lan` 192.168.0.1/24 and `wan` 100.100.100.100/24 that forwards. Its peers are mute. */
export function gateway(...lines: string[]): Gateway {
  return gatewayWith(65536, ...lines)
}

export function gatewayWith(buckets: number, ...lines: string[]): Gateway {
  return gatewayOf({ buckets }, ...lines)
}

export function gatewayOf(shape: GatewayShape, ...lines: string[]): Gateway {
  let events: TraceEvent[] = []
  const lab = bootLab(spec(shape), 1, {
    event: (e) => {
      if (e.host === 'gw') events.push(e)
    },
    output: () => undefined,
  })
  // Frames for the others end at their doors.
  for (const h of lab.state.hosts.slice(1)) for (const dev of h.net.devs) dev.addrs = []
  const k = lab.kernel(0)
  const sh = (line: string): string => {
    const result = lab.result(0, lab.execCaptured(0, line))
    if (result === 'running') throw new Error(`${line}: does not end`)
    if (result.status !== 0) throw new Error(`${line}: ${result.status} ${result.stderr}`)
    return result.stdout
  }
  sh('echo 1 > /proc/sys/net/ipv4/ip_forward')
  for (const line of lines) sh(line)
  const look = (): TraceEvent[] => {
    const seen = events
    events = []
    return seen
  }
  return {
    lab,
    k,
    sh,
    rx(dev, line, more = {}) {
      const p = parsePacket(line)
      const d = k.net.devs.find((x) => x.name === dev)
      if (!p || !d) throw new Error(`${dev} ${line}`)
      const before = events.length
      lab.inject(0, {
        ...newSkb(),
        ...p,
        ...more,
        serial: k.nextSerial(),
        iif: d.ifindex,
        dmac: d.mac,
        station: START_RECEIVE,
      })
      lab.runUntil(lab.state.now)
      return events.slice(before).flatMap((e) => {
        if (e.type !== 'xmit') return []
        return `${e.dev} ${printPacket({ ...emptyPacket(), ...e.header, inner: null })}`
      })
    },
    wait(seconds) {
      lab.runUntil(lab.state.now + seconds * 1_000_000)
    },
    events: look,
    drops: () => look().flatMap((e) => (e.type === 'drop' ? `${e.reason} at ${e.where}, ${e.station}` : [])),
  }
}

/** A whole handshake of `client:port` with a server behind wan, through NAT or not. `as`: the port it has outside. */
export function handshake(gw: Gateway, client: string, port: number, server = '8.8.8.8.80', as = port): void {
  gw.rx('lan', `${client}.${port} > ${server}: Flags [S], seq 1000`)
  gw.rx('wan', `${server} > 100.100.100.100.${as}: Flags [S.], seq 5000, ack 1001`)
  gw.rx('lan', `${client}.${port} > ${server}: Flags [.], seq 1001, ack 5001`)
}
