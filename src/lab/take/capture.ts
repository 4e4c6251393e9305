/** The frames that a run has kept, as a capture file; and what is said of each: in the kernel's words, as tools print them. */
import { ipBytes } from '../../wire/frame.ts'
import { printIpv4, printMac } from '../../wire/address.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import { HOOK_CHAIN } from '../../kernel/xtables/rule.ts'
import { tupleText } from '../../userspace/conntrack/print.ts'
import type { Run } from '../history.ts'
import { Passed, type Frame } from './passed.ts'
import { pcapng, type CapturedFrame } from './pcapng.ts'

/** Lab time 0: midnight, the 23rd of November 2026, as the programs have it (userspace/iptables/ctime.ts). */
const EPOCH_US = 1_795_392_000 * 1_000_000

export interface Capture {
  bytes: Uint8Array
  frames: number
  /** Lab time of the first event that is still kept, microseconds; 0: all are. */
  since: number
}

/** Frames of devices, `host:device`; of all devices where none is named. Up to the position shown. */
export function capture(run: Run, wanted: readonly string[]): Capture {
  const { hosts, payloads, events } = run.lab.state
  const places = hosts.flatMap((h) =>
    h.net.devs
      .map((d) => ({ host: h.name, dev: d.name, mac: d.mac, loopback: d.loopback }))
      .filter((d) => (wanted.length === 0 ? !d.loopback : wanted.includes(`${d.host}:${d.dev}`))),
  )
  const past = run.trace.filter((e) => e.seq < events)
  const stories = storiesOf(past)
  const frames: CapturedFrame[] = []
  const passed = new Passed(run.lab.state)
  for (const e of past) {
    if (e.type !== 'rcv' && e.type !== 'xmit') {
      passed.hear(e)
      continue
    }
    for (const dev of passed.devicesOf(e)) {
      const at = places.findIndex((p) => p.host === e.host && p.dev === dev)
      if (at < 0) continue
      frames.push({
        at,
        time: EPOCH_US + Math.floor(e.time),
        out: e.type === 'xmit',
        smac: e.header.smac,
        dmac: e.header.dmac,
        ip: ipBytes(e.header, payloads[e.header.payload] ?? ''),
        comment: comment(e, dev, stories.get(`${e.host} ${e.skb}`) ?? []),
      })
    }
  }
  const interfaces = places.map((p) => ({
    name: `${p.host}:${p.dev}`,
    description: `${p.dev} of ${p.host}, ${printMac(p.mac)}`,
  }))
  const [first] = run.trace
  return {
    bytes: pcapng(interfaces, frames),
    frames: frames.length,
    since: first === undefined || first.seq === 0 ? 0 : first.time,
  }
}

/** What each host did with each packet, in order. */
function storiesOf(trace: readonly TraceEvent[]): Map<string, TraceEvent[]> {
  const stories = new Map<string, TraceEvent[]>()
  for (const e of trace) {
    if (e.skb === 0) continue
    const key = `${e.host} ${e.skb}`
    const story = stories.get(key)
    if (story) story.push(e)
    else stories.set(key, [e])
  }
  return stories
}

/** Of a packet that came in: all that became of it on this host. Of one that leaves: all that made it what it is. */
function comment(frame: Frame, dev: string, story: readonly TraceEvent[]): string {
  const here = story.findIndex((e) => e.seq === frame.seq)
  const part = frame.type === 'rcv' ? story.slice(here + 1) : story.slice(0, here)
  const head = `packet ${frame.skb}, ${frame.type === 'rcv' ? 'received on' : 'sent by'} ${frame.host} ${dev}`
  return [head, ...new Set(part.flatMap((e) => say(e) ?? []))].join('\n')
}

const end = ({ addr, port }: { addr: number; port: number }): string => `${printIpv4(addr)}:${port}`

/** What an event is, in the kernel's words; null: nothing that one would say. */
export function say(e: TraceEvent): string | null {
  switch (e.type) {
    case 'rule':
      return `${e.table} ${e.chain} ${e.what === 'rule' ? `rule ${e.rule}` : e.what}: ${e.does}`
    case 'nat':
      return `nat ${e.manip} in ${HOOK_CHAIN[e.hook]}, ${e.dir}: ${end(e.from)} -> ${end(e.to)}`
    case 'tc':
      return `tc ${e.egress ? 'egress' : 'ingress'} of ${e.dev}, pref ${e.prio}: ${e.does}`
    case 'ct':
      return `conntrack ${e.event}: ${tupleText(e.conn.orig)}/ ${tupleText(e.conn.reply)}`.trimEnd()
    case 'route':
      return `route: ${e.to}${e.dev === '' ? '' : ` dev ${e.dev}`}${e.via === 0 ? '' : ` via ${printIpv4(e.via)}`}`
    case 'deliver':
      return `delivered: ${e.where}${e.what === '' ? '' : ` ${e.what}`}`
    case 'drop':
      return `dropped: ${e.reason} in ${e.where}`
    case 'make':
      return `made by ${e.at}`
    case 'log':
      return `log: ${e.text.trim()}`
    case 'xmit':
      return `sent by ${e.dev}`
    case 'rcv':
    case 'station':
    case 'tap':
    case 'trace':
    case 'arp':
    case 'copy':
    case 'command':
    case 'note':
      return null
  }
}
