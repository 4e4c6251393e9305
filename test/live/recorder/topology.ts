/**
 * The cards of a scenario: which there are, what they are called and numbered, and the script that makes them. Only the
 * host that is looked at has addresses. The others are mute wire ends, whose cards all lie in one namespace, under names
 * that no other scenario uses; the host has permanent entries for their addresses, so that nobody needs ARP.
 */
import type { Scenario } from '../../../src/lab/replay/scenario.ts'
import { probeRules } from './probe.ts'

const hex = (n: number): string => n.toString(16).padStart(2, '0')

export class Topology {
  readonly sc: Scenario
  /** `host:card` → MAC address. */
  readonly mac = new Map<string, string>()
  readonly peer = new Map<string, string>()
  /** `host:card` of a wire end ↔ the name of its card. */
  readonly cardOf = new Map<string, string>()
  readonly endOf = new Map<string, string>()
  private readonly master = new Map<string, string>()
  private readonly addr = new Map<string, string[]>()

  constructor(sc: Scenario, serial: number) {
    this.sc = sc
    Object.entries(sc.hosts).forEach(([host, { ifaces }], h) =>
      Object.entries(ifaces).forEach(([dev, { mac, addr }], i) => {
        this.mac.set(`${host}:${dev}`, mac ?? `02:0a:00:00:${hex(h + 1)}:${hex(i + 1)}`)
        this.addr.set(`${host}:${dev}`, addr)
      }),
    )
    Object.entries(this.bridges).forEach(([dev, { mac, ports }], i) => {
      this.mac.set(`${sc.dut}:${dev}`, mac ?? `02:42:00:00:00:${hex(i + 1)}`)
      for (const port of ports) this.master.set(port, dev)
    })
    sc.links.forEach(([a, b], i) => {
      this.peer.set(a, b).set(b, a)
      const [end] = this.isDut(a) ? [b] : [a]
      const card = `w${serial.toString(36)}.${i}`
      this.cardOf.set(end, card)
      this.endOf.set(card, end)
    })
  }

  private get bridges(): Scenario['hosts'][string]['bridges'] {
    return this.sc.hosts[this.sc.dut].bridges
  }

  private isDut(end: string): boolean {
    return end.split(':')[0] === this.sc.dut
  }

  /** The host's card at the other end of a wire end's link. */
  private entry(end: string): string {
    return (this.peer.get(end) ?? '').split(':')[1]
  }

  /** Which wire end `from` means: a host's first, or the one named. */
  end(from: string): string {
    const end = from.includes(':') ? from : [...this.cardOf.keys()].find((e) => e.split(':')[0] === from)
    if (end === undefined || !this.cardOf.has(end)) throw new Error(`no link at ${from}`)
    return end
  }

  /** The MAC address that a wire end's frames go to: a card's that is named, else the host's card or its bridge. */
  target(end: string, dmac: string | undefined): string {
    const port = this.entry(end)
    return (
      (dmac === undefined
        ? this.mac.get(`${this.sc.dut}:${this.master.get(port) ?? port}`)
        : this.mac.get(dmac)) ??
      dmac ??
      ''
    )
  }

  /** Makes everything, in the host's namespace. */
  script(tag: string, wires: number): string {
    const lines = ['link set lo up']
    const far: string[] = []
    const dut = this.sc.dut
    for (const [end, card] of this.cardOf) {
      const near = this.entry(end)
      lines.push(
        `link add ${near} address ${this.mac.get(`${dut}:${near}`)} type veth peer name ${card} netns ${wires} address ${this.mac.get(end)}`,
      )
      far.push(`link set ${card} mtu 65535 up`)
    }
    for (const [bridge, { ports, addr }] of Object.entries(this.bridges)) {
      lines.push(
        `link add ${bridge} address ${this.mac.get(`${dut}:${bridge}`)} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
        ...ports.map((p) => `link set ${p} master ${bridge}`),
        ...addr.map((a) => `addr add ${a} dev ${bridge}`),
        `link set ${bridge} up`,
      )
    }
    for (const dev of Object.keys(this.sc.hosts[dut].ifaces))
      lines.push(...(this.addr.get(`${dut}:${dev}`) ?? []).map((a) => `addr add ${a} dev ${dev}`))
    const near = [...this.cardOf.keys()].map((end) => this.entry(end))
    lines.push(...near.map((dev) => `link set ${dev} up`))
    const known = [...this.cardOf.keys()].flatMap((end) => {
      const dev = this.master.get(this.entry(end)) ?? this.entry(end)
      return (this.addr.get(end) ?? []).map(
        (a) => `neigh replace ${a.split('/')[0]} lladdr ${this.mac.get(end)} dev ${dev} nud permanent`,
      )
    })
    const learnt = [...this.cardOf.keys()]
      .filter((end) => this.master.has(this.entry(end)))
      .map((end) => `bridge fdb replace ${this.mac.get(end)} dev ${this.entry(end)} master static`)
    return [
      'set -e',
      'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1',
      'sysctl -qw net.ipv4.ip_forward=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.icmp_ratelimit=0',
      batch('ip', lines),
      batch(`nsenter -t ${wires} -n ip`, far),
      batch('ip', known),
      ...learnt,
      // Checksums are to be on the wire, and every packet by itself.
      ...near.map((dev) => `ethtool -K ${dev} tx off rx off gro off gso off tso off >/dev/null`),
      ...['raw', 'mangle', 'nat', 'filter'].map((t) => `iptables -w -t ${t} -nL >/dev/null`),
      `nft -f - <<'END'\n${probeRules(tag, this.sc.conntrack === 'always', this.sc.own_log !== true)}END`,
    ].join('\n')
  }
}

function batch(ip: string, lines: string[]): string {
  return lines.length === 0 ? ':' : `${ip} -batch - <<'END'\n${lines.join('\n')}\nEND`
}
