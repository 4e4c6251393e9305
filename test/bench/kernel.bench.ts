/**
 * What the kernel of this machine forwards with the rules of rules.ts, between three network namespaces, and how many
 * times that the simulator does, in turns with it. Packets/s as trafgen (Debian: netsniff-ng) sends them, pinned to one core, on which the sender, both links and the gateway run.
 * Needs Linux, root, iproute2, iptables and trafgen; without them it prints nothing.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '../../scripts/bench.ts'
import { forwarding, median } from './forward.ts'
import { FIRST_PORT, FLOWS, GATEWAY, LAN, SERVER, WAN } from './rules.ts'

const ROUNDS = 5
const CLIENT = 'nflab-client'
const GW = 'nflab-gw'
const OUTSIDE = 'nflab-outside'

function run(ns: string | null, line: string): string {
  const words = line.split(' ')
  const argv = ns === null ? words : ['ip', 'netns', 'exec', ns, ...words]
  return execFileSync(argv[0], argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function possible(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    for (const tool of ['ip', 'iptables', 'trafgen', 'sysctl']) run(null, `which ${tool}`)
    return true
  } catch {
    return false
  }
}

function build(): void {
  tearDown()
  for (const ns of [CLIENT, GW, OUTSIDE]) run(null, `ip netns add ${ns}`)
  for (const [dev, mac, addr, peer, peerMac] of [
    ['lan', LAN.mac, LAN.addr, CLIENT, LAN.peer],
    ['wan', WAN.mac, WAN.addr, OUTSIDE, WAN.peer],
  ]) {
    run(null, `ip link add ${dev} netns ${GW} type veth peer name eth0 netns ${peer}`)
    run(null, `ip -n ${GW} link set ${dev} address ${mac} up`)
    run(null, `ip -n ${peer} link set eth0 address ${peerMac} up`)
    run(null, `ip -n ${GW} addr add ${addr} dev ${dev}`)
  }
  run(null, `ip -n ${GW} route add default via ${WAN.next}`)
  for (const line of GATEWAY) run(GW, line)
}

function tearDown(): void {
  for (const ns of [CLIENT, GW, OUTSIDE]) {
    try {
      run(null, `ip netns del ${ns}`)
    } catch {
      // It was not there.
    }
  }
}

/** The frame that trafgen sends, with a new source port for each. */
function frame(to: 'gw' | 'client', tcp: string): string {
  const [da, sa] = to === 'gw' ? [LAN.mac, LAN.peer] : [WAN.mac, WAN.peer]
  const ports = `dinc(${FIRST_PORT}, ${FIRST_PORT + FLOWS - 1})`
  const [saddr, daddr] = to === 'gw' ? [LAN.client, SERVER] : [SERVER, WAN.addr.split('/')[0]]
  const [sp, dp] = to === 'gw' ? [ports, '80'] : ['80', ports]
  return `{ eth(da=${da}, sa=${sa}, type=0x0800), ipv4(ttl=64, df, saddr=${saddr}, daddr=${daddr}), tcp(sp=${sp}, dp=${dp}, win=64240, ${tcp}) }\n`
}

export default function bench(report: Report): void {
  if (!possible()) return
  const folder = mkdtempSync(join(tmpdir(), 'nflab-'))
  const send = (ns: string, name: string, packets: number): number => {
    const out = run(ns, `trafgen --dev eth0 --conf ${join(folder, name)} --num ${packets} -P1 -b 0`)
    const took = /(\d+) sec, (\d+) usec/.exec(out)
    if (!took) throw new Error(out)
    return packets / (Number(took[1]) + Number(took[2]) / 1e6)
  }
  const forwarded = (): number =>
    Number(/wan: *(?:\d+ +){8}\d+ +(\d+)/.exec(run(GW, 'cat /proc/net/dev'))?.[1] ?? 0)
  try {
    writeFileSync(join(folder, 'syn'), frame('gw', 'syn, seq=1000'))
    writeFileSync(join(folder, 'synack'), frame('client', 'syn, ack, seq=5000, aseq=1001'))
    writeFileSync(join(folder, 'ack'), frame('gw', 'ack, seq=1001, aseq=5001'))
    const simulate = forwarding()
    // The compiler needs some rounds.
    for (let i = 0; i < ROUNDS; i++) simulate()
    const rounds: { fresh: number; known: number; ours: ReturnType<typeof simulate> }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      build()
      const before = forwarded()
      const fresh = send(CLIENT, 'syn', FLOWS)
      if (forwarded() - before < FLOWS) throw new Error('the kernel has not forwarded every SYN')
      send(OUTSIDE, 'synack', FLOWS)
      send(CLIENT, 'ack', FLOWS)
      const then = forwarded()
      const known = send(CLIENT, 'ack', 10 * FLOWS)
      if (forwarded() - then < 10 * FLOWS) throw new Error('the kernel has not forwarded every ACK')
      // Its caches hold what the kernel has just used: the second round counts.
      simulate()
      rounds.push({ fresh, known, ours: simulate() })
    }
    const say = (
      name: string,
      value: (r: (typeof rounds)[number]) => number,
      unit: string,
      note: string,
    ): void => {
      report(`kernel.${name}`, median(rounds.map(value)), unit, note)
    }
    say(
      'new.pps',
      (r) => Math.round(r.fresh),
      'packets/s',
      'this machine’s kernel; each packet begins a flow',
    )
    say(
      'existing.pps',
      (r) => Math.round(r.known),
      'packets/s',
      `this machine’s kernel; packets of ${FLOWS} known flows`,
    )
    say('new.ratio', (r) => r.ours.fresh / r.fresh, 'times', 'the simulator, as a multiple of the kernel')
    say(
      'existing.ratio',
      (r) => r.ours.known / r.known,
      'times',
      'the simulator, as a multiple of the kernel',
    )
  } finally {
    tearDown()
    rmSync(folder, { recursive: true, force: true })
  }
}
