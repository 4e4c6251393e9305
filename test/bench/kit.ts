/** A gateway without a lab around it: packets are handed to its kernel, what it sends is counted and forgotten. */
import { START_RECEIVE } from '../../src/kernel/ip.ts'
import { walk } from '../../src/kernel/walk.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import type { Machine, Netns } from '../../src/kernel/netns.ts'
import { newSkb, type Skb } from '../../src/kernel/skb.ts'
import { bootLab } from '../../src/lab/lab.ts'
import { nextRandom, seedRandom } from '../../src/lab/random.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { IP_DF, IPPROTO_TCP, TH_ACK, TH_SYN } from '../../src/wire/packet.ts'
import { FIRST_PORT, GATEWAY, LAN, SERVER, WAN } from './rules.ts'

const PORTS = 60_000
const CLIENT_ADDR = ipv4(LAN.client)
const SERVER_ADDR = ipv4(SERVER)
const PUBLIC_ADDR = ipv4(WAN.addr.split('/')[0])

export interface Gateway {
  k: Kernel
  /** Packets that it has sent on. */
  sent: () => number
  clock: (us: number) => void
}

/** The gateway of rules.ts, with room for `max` entries. */
export function natGateway(max: number, buckets: number): Gateway {
  const lab = bootLab(
    {
      name: 'bench',
      hosts: [
        {
          name: 'gw',
          role: 'gateway',
          memory: 24 * 1024 ** 3,
          buckets,
          devs: [
            { name: 'lan', addrs: [LAN.addr] },
            { name: 'wan', addrs: [WAN.addr] },
          ],
          routes: [{ dst: 'default', via: WAN.next, dev: 'wan' }],
          http: [],
        },
      ],
      links: [],
      names: {},
    },
    1,
  )
  for (const line of GATEWAY) {
    const result = lab.result(0, lab.execCaptured(0, line))
    if (result === 'running' || result.status !== 0) throw new Error(`${line}: ${JSON.stringify(result)}`)
  }
  const { machine, net } = lab.kernel(0)
  machine.nfConntrackMax = max
  const k = new BenchKernel(machine, net)
  return {
    k,
    sent: () => k.sent,
    clock: (us) => {
      k.now = us
    },
  }
}

/** A class, as the lab's kernels are: every gateway of a run has the same shape. */
class BenchKernel implements Kernel {
  readonly machine: Machine
  readonly net: Netns
  readonly tracing = false
  meter: number[] | null = null
  now = 0
  readonly step = 0
  readonly worked = 0
  sent = 0
  private serial = 1
  private readonly words = seedRandom(1)

  constructor(machine: Machine, net: Netns) {
    this.machine = machine
    this.net = net
  }
  random(): number {
    return nextRandom(this.words)
  }
  spend(): void {
    // Its time is measured, not counted.
  }
  netns(): null {
    return null
  }
  exit(): void {
    // Nobody runs here.
  }
  profile(): null {
    return null
  }

  taskData(): undefined {
    return undefined
  }
  task(): void {
    // It has no programs.
  }
  emit(): void {
    // Nobody listens.
  }
  xmit(): void {
    this.sent++
  }
  output(): void {
    // The gateway sends nothing of its own.
  }
  resume(): void {
    // Nothing waits.
  }
  arp(): number {
    return 0
  }
  wake(): void {
    // No socket has an owner.
  }
  timer(): void {
    // Time stands still.
  }
  payloadText(): string {
    return ''
  }

  payload(): number {
    return 0
  }

  countEntry(_ns: number, by: number): void {
    this.net.ctCount += by
  }
  nextSerial(): number {
    return this.serial++
  }
}

/** A segment of a flow, as it reaches the gateway: the client's SYN, the server's answer, the client's ACK. */
export function segment(g: Gateway, flow: number, step: 'SYN' | 'SYNACK' | 'ACK'): Skb {
  const skb = newSkb()
  const port = FIRST_PORT + (flow % PORTS)
  const server = SERVER_ADDR + Math.floor(flow / PORTS)
  skb.protocol = IPPROTO_TCP
  skb.frag = IP_DF
  skb.len = 40
  skb.thl = 20
  skb.win = 64240
  skb.watched = 0
  const out = step !== 'SYNACK'
  const dev = g.k.net.devs.find((d) => d.name === (out ? 'lan' : 'wan'))
  if (!dev) throw new Error('the gateway has two devices')
  skb.iif = dev.ifindex
  skb.dmac = dev.mac
  skb.saddr = out ? CLIENT_ADDR : server
  skb.daddr = out ? server : PUBLIC_ADDR
  skb.sport = out ? port : 80
  skb.dport = out ? 80 : port
  skb.flags = step === 'SYN' ? TH_SYN : step === 'ACK' ? TH_ACK : TH_SYN | TH_ACK
  skb.seq = step === 'SYNACK' ? 5000 : step === 'SYN' ? 1000 : 1001
  skb.ack = step === 'SYNACK' ? 1001 : step === 'ACK' ? 5001 : 0
  skb.station = START_RECEIVE
  return skb
}

/** Hand a packet to the gateway. */
export function receive(g: Gateway, skb: Skb): void {
  skb.station = START_RECEIVE
  walk(g.k, skb)
}

/** Milliseconds of processor time that this process has had: what else the machine does hardly shows in it. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
