/** A text that somebody has pasted, line by line: which program has printed it, and what it says. */
import type { Note, Why } from './report.ts'

export interface Line {
  /** From 1. */
  n: number
  text: string
}

export interface DeviceLines {
  n: number
  name: string
  up: boolean
  mtu: number | null
  mac: string | null
  /** The bridge whose port it is. */
  master: string | null
  loopback: boolean
  /** Lines `inet ...`. */
  inet: Line[]
}

export interface Pasted {
  /** The name at a shell's prompt, where one was pasted too. */
  host: string | null
  /** iptables-save's lines, of all tables. */
  rules: Line[]
  /** Lines of `iptables -S`, and command lines. */
  commands: Line[]
  devices: DeviceLines[]
  routes: Line[]
  sysctls: { n: number; text: string; name: string; value: string }[]
  entries: Line[]
  notes: Note[]
}

const PROMPT = /^(?:\[?(?:[\w.-]+@([\w.-]+))?[^\]#$]*\]?)[#$]\s*(.*)$/
const PROGRAMS = /^(?:sudo\s+)?(?:\S*\/)?(iptables-save|ip|sysctl|conntrack|cat)\b/
const DEVICE = /^(\d+): ([^\s:@]+)(@[^\s:]+)?: <([^>]*)>(.*)$/
const ROUTE =
  /^(?:(?:unicast|unreachable|blackhole|prohibit|throw|local|broadcast) )?(?:default|\d+(?:\.\d+){0,3}(?:\/\d+)?)(?: |$)/
const SYSCTL = /^([a-z][\w.*/-]*\.[\w./*-]+) ?= ?(.*)$/
const ENTRY = /^(?:ipv4 +2 +)?[a-z]\w* +\d+ (?:\d+ )?.*\bsrc=\S+ dst=/
const ENTRY6 = /^ipv6 +10 /

/** Never throws. Empty lines, remarks, prompts and totals say nothing. */
export function read(text: string): Pasted {
  const out: Pasted = {
    host: null,
    rules: [],
    commands: [],
    devices: [],
    routes: [],
    sysctls: [],
    entries: [],
    notes: [],
  }
  let table = false
  let device: DeviceLines | null = null
  text.split(/\r?\n/).forEach((raw, i) => {
    const line: Line = { n: i + 1, text: raw.trimEnd() }
    const { text: said } = line
    const refuse = (why: Why): void => {
      out.notes.push({ line: line.n, text: said.trim(), why })
    }
    if (said.trim() === '' || said.startsWith('#')) return
    if (/^\*[a-z]+$/.test(said)) table = true
    if (table) {
      out.rules.push(line)
      if (said === 'COMMIT') table = false
      return
    }
    const dev = DEVICE.exec(said)
    if (dev) {
      device = deviceOf(line, dev, refuse)
      out.devices.push(device)
    } else if (/^\s/.test(said) && device) ofDevice(device, line, refuse)
    else if (/^(?:sudo )?iptables /.test(said) || /^-[ANPIR] /.test(said)) out.commands.push(line)
    else if (ENTRY.test(said)) out.entries.push(line)
    else if (ENTRY6.test(said)) refuse({ kind: 'ipv6' })
    else if (/^conntrack v\S+ \(conntrack-tools\)/.test(said)) return
    else if (SYSCTL.test(said)) {
      const [, name, value] = SYSCTL.exec(said) ?? []
      out.sysctls.push({ ...line, name: name.replaceAll('/', '.'), value })
    } else if (ROUTE.test(said)) out.routes.push(line)
    else {
      const prompt = PROMPT.exec(said)
      if (prompt && (prompt[2] === '' || PROGRAMS.test(prompt[2]))) out.host ??= prompt[1] ?? null
      else refuse({ kind: /^(?:[0-9a-f]{0,4}:){2}/.test(said) ? 'ipv6' : 'unknown' })
    }
  })
  return out
}

function deviceOf(line: Line, m: RegExpExecArray, refuse: (why: Why) => void): DeviceLines {
  const [, , name, peer, flags, rest] = m
  const words = rest.trim().split(/\s+/)
  const value = (key: string): string | null => {
    const at = words.indexOf(key)
    return at < 0 ? null : (words[at + 1] ?? null)
  }
  const master = value('master')
  const strange = flags.split(',').filter((f) => !KNOWN_FLAGS.has(f))
  if (peer !== undefined) strange.unshift(peer)
  if (strange.length > 0) refuse({ kind: 'part', words: strange.join(' ') })
  const mtu = value('mtu')
  return {
    n: line.n,
    name,
    up: flags.split(',').includes('UP'),
    mtu: mtu !== null && /^\d+$/.test(mtu) ? Number(mtu) : null,
    mac: null,
    master,
    loopback: flags.split(',').includes('LOOPBACK'),
    inet: [],
  }
}

const KNOWN_FLAGS = new Set(['LOOPBACK', 'BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP', 'NO-CARRIER', 'M-DOWN'])

/** A line below a device's. */
function ofDevice(device: DeviceLines, line: Line, refuse: (why: Why) => void): void {
  const words = line.text.trim().split(/\s+/)
  const [first, second] = words
  if (first === 'inet') device.inet.push(line)
  else if (first === 'inet6') refuse({ kind: 'ipv6' })
  else if (first === 'valid_lft') {
    if (/\d+sec/.test(line.text)) refuse({ kind: 'part', words: line.text.trim() })
  } else if (first === 'link/ether') device.mac = second
  else if (first === 'link/loopback') return
  else refuse(first.startsWith('link/') ? { kind: 'part', words: first } : { kind: 'unknown' })
}
