/** "Break my NAT": a fault drawn from a seed, hidden in a network, and the trial by traffic whether it is mended. */
import * as v from 'valibot'
import type { Lab } from '../bench.ts'
import { nextRandom, seedRandom } from '../random.ts'
import type { Pieces, Session } from '../session.ts'
import { copyOf } from '../take/save.ts'
import { tools } from '../tools.ts'
import { FAULT_KEYS, FAULTS, type Broken, type FaultKey } from './faults.ts'
import { GOALS, network, type Goal } from './network.ts'

export interface Puzzle extends Broken {
  key: FaultKey
}

/** Harmless rules, so that what is strange is not wrong yet. */
const DECOYS = [
  'iptables -A FORWARD -i eth0 -p udp --dport 53 -j ACCEPT',
  'iptables -t mangle -A FORWARD -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu',
  'iptables -A INPUT -i eth1 -p tcp --dport 23 -j DROP',
  'iptables -t mangle -A POSTROUTING -o eth1 -p icmp -j TOS --set-tos 0x10',
  'ip route add 10.9.0.0/16 via 192.168.0.4',
  'sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_time_wait=60',
]

/** Same seed, same puzzle. */
export function puzzleOf(seed: number): Puzzle & { decoys: string[] } {
  const words = seedRandom(seed)
  const draw = (n: number): number => nextRandom(words) % n
  const key = FAULT_KEYS[draw(FAULT_KEYS.length)]
  const decoys = DECOYS.filter(() => draw(3) === 0)
  return { key, ...FAULTS[key](draw), decoys }
}

/** What a puzzle hides, of any fault: for tests. */
export function brokenBy(key: FaultKey, seed: number): Broken {
  const words = seedRandom(seed)
  return FAULTS[key]((n) => nextRandom(words) % n)
}

/** Steps that one goal is given; and steps of a piece. */
const STEPS_MAX = 200_000
const PIECE = 100

/** Which goals do not hold in a lab. The lab is used up by it. */
export function* missed(lab: Lab): Pieces<Goal['key'][]> {
  const bad: Goal['key'][] = []
  for (const { key, on, line } of GOALS) {
    const host = lab.hostIndex(on)
    const job = lab.execCaptured(host, line)
    // A result is told once.
    let result = lab.result(host, job)
    for (let n = 1; result === 'running' && n < STEPS_MAX && lab.step(); n++) {
      if (n % PIECE === 0) yield
      result = lab.result(host, job)
    }
    if (result === 'running' || result.status !== 0) bad.push(key)
  }
  return bad
}

/** What the page is told when one begins: what does not work. */
export interface Begun {
  seed: number
  missed: Goal['key'][]
}

export interface Checked {
  missed: Goal['key'][]
  /** Lines that have been typed to find out and to mend. */
  probes: number
}

const Seed = v.object({ seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff)) })

function* begin(session: Session, argument: unknown): Pieces<Begun> {
  yield
  const { seed } = v.parse(Seed, argument)
  const { breaks, decoys } = puzzleOf(seed)
  yield* session.begin(network, seed, [...decoys.map((line) => ({ on: 'gateway', line })), ...breaks])
  return { seed, missed: yield* missed(copyOf(session.run())) }
}

function* check(session: Session): Pieces<Checked> {
  yield
  const run = session.run()
  const probes = run.inputs.filter((i) => i.line !== null && i.position <= run.position).length
  return { missed: yield* missed(copyOf(run)), probes }
}

function* reveal(_session: Session, argument: unknown): Pieces<Puzzle> {
  yield
  const { key, breaks, cures } = puzzleOf(v.parse(Seed, argument).seed)
  return { key, breaks, cures }
}

tools.set('puzzle', begin)
tools.set('puzzle-check', check)
tools.set('puzzle-reveal', reveal)
