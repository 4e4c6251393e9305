/**
 * A lab from what a machine's own programs print: `iptables-save`, `ipset save`, `ip addr`, `ip route`, `sysctl -a`,
 * `conntrack -L`, in any mix and order. Each line becomes a command that the machine runs when it boots; what the command refuses is named
 * with its line and the program's own words, so that nothing is lost without a word.
 */
import { readSysctl } from '../../kernel/sysctl-access.ts'
import type { Lab } from '../bench.ts'
import { bootLab } from '../boot.ts'
import type { HostSpec, LabSpec } from '../spec.ts'
import { entryCommand } from './entry.ts'
import { devicesOf, labAround, type Device } from './network.ts'
import { read, type DeviceLines, type Line, type Pasted } from './read.ts'
import type { Brought, Note, Program } from './report.ts'
import { acceptedRules, complaint, RULES, type Type } from './rules.ts'

/** Letters that are read at all. */
export const TEXT_MAX = 400_000
const SYSCTLS = '/etc/sysctl.conf'
const ENTRIES = '/etc/conntrack.entries'
const SETS = '/etc/ipset.conf'

/** Words as a shell takes them. */
const quoted = (words: readonly string[]): string =>
  words.map((w) => (/^[\w./:,=+@%-]+$/.test(w) ? w : `'${w.replaceAll("'", "'\\''")}'`)).join(' ')

/** Lines without blanks too many, empty ones left out. */
const clean = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')

class Builder {
  readonly pasted: Pasted
  readonly notes: Note[]
  readonly taken: Record<Program, number> = {
    iptables: 0,
    ipset: 0,
    addr: 0,
    route: 0,
    sysctl: 0,
    conntrack: 0,
  }
  readonly init: string[] = []
  readonly files: Record<string, string> = {}
  private readonly lab: Lab

  constructor(pasted: Pasted, spec: LabSpec) {
    this.pasted = pasted
    this.notes = pasted.notes
    this.lab = bootLab(spec, 1)
  }

  readonly type: Type = (line, files = {}) => {
    const { os } = this.lab.state.hosts[0]
    for (const [path, text] of Object.entries(files)) os.files.set(path, text)
    const result = this.lab.result(0, this.lab.execCaptured(0, line))
    return result === 'running' ? { status: 124, stderr: 'it does not end by itself' } : result
  }

  /** Run it, and again at every boot, if it can be done. null: done; else what it said. */
  private does(words: readonly string[], files: Record<string, string> = {}): string | null {
    const line = quoted(words)
    const { status, stderr } = this.type(line, files)
    if (status !== 0) return complaint(stderr)
    this.init.push(line)
    Object.assign(this.files, files)
    return null
  }

  private refuse(line: Line, said: string): void {
    this.notes.push({ line: line.n, text: line.text.trim(), why: { kind: 'refused', said } })
  }

  private leave(line: Line, words: readonly string[]): void {
    if (words.length > 0)
      this.notes.push({ line: line.n, text: line.text.trim(), why: { kind: 'part', words: words.join(' ') } })
  }

  private printed(line: string): string {
    const result = this.lab.result(0, this.lab.execCaptured(0, line))
    return result === 'running' ? '' : result.stdout
  }

  devices(devices: readonly Device[], assumed: boolean): void {
    for (const d of assumed ? devices : [])
      for (const a of d.addrs) {
        const text = `${a.addr >>> 24}.${(a.addr >>> 16) & 255}.${(a.addr >>> 8) & 255}.${a.addr & 255}/${a.bits}`
        this.does(['ip', 'addr', 'add', text, 'dev', d.name])
      }
    for (const d of this.pasted.devices) {
      for (const line of d.inet) this.address(d, line)
      this.taken.addr++
      const mtu = d.loopback ? 65536 : 1500
      const told = { n: d.n, text: d.name }
      if (d.mtu !== null && d.mtu !== mtu) {
        const said = this.does(['ip', 'link', 'set', d.name, 'mtu', String(d.mtu)])
        if (said !== null) this.refuse(told, said)
      }
      if (!d.up) {
        const said = this.does(['ip', 'link', 'set', d.name, 'down'])
        if (said !== null) this.refuse(told, said)
      }
    }
  }

  private address(d: DeviceLines, line: Line): void {
    const words = line.text.trim().split(/\s+/)
    const command = ['ip', 'addr', 'add', words[1] ?? '']
    const left: string[] = []
    let label = ''
    for (let i = 2; i < words.length; i++) {
      const word = words[i]
      if (word === 'brd' || word === 'broadcast') command.push('brd', words[++i] ?? '')
      else if (word === 'scope') {
        const scope = words[++i] ?? ''
        if (!['global', 'host'].includes(scope)) left.push('scope', scope)
      } else if (word === 'secondary') continue
      else if (i === words.length - 1) label = word
      else left.push(word, ...(['peer', 'metric', 'proto'].includes(word) ? [words[++i] ?? ''] : []))
    }
    command.push('dev', d.name)
    if (label !== '' && label !== d.name) command.push('label', label)
    // lo has its address from the beginning.
    if (d.loopback && words[1] === '127.0.0.1/8') this.taken.addr++
    else {
      const said = this.does(command)
      if (said !== null) {
        this.refuse(line, said)
        return
      }
      this.taken.addr++
    }
    this.leave(line, left)
  }

  routes(): void {
    const wanted = this.pasted.routes
    // Routes of the devices' own subnets come by themselves: where some are said to be there, the others go.
    if (wanted.some((r) => / proto kernel /.test(r.text))) {
      const said = new Set(clean(wanted.map((r) => r.text).join('\n')))
      for (const line of clean(this.printed('ip route')))
        if (!said.has(line) && !said.has(`${line} linkdown`))
          this.does(['ip', 'route', 'del', ...line.split(' ').filter((w) => w !== 'linkdown')])
    }
    // A gateway must be reachable before a route leads through it.
    const later = (r: Line): number => (/ via /.test(r.text) ? 1 : 0)
    for (const route of [...wanted].sort((a, b) => later(a) - later(b) || a.n - b.n)) this.route(route)
    this.sortRoutes()
  }

  /** Of routes to one place the first one counts: they come in the order in which they were printed. */
  private sortRoutes(): void {
    const place = (line: string): string => `${line.split(' ')[0]} ${/metric \d+/.exec(line)?.[0] ?? ''}`
    const now = clean(this.printed('ip route'))
    const wanted = clean(this.pasted.routes.map((r) => r.text).join('\n')).filter((l) => now.includes(l))
    for (const here of new Set(now.map(place))) {
      const order = wanted.filter((l) => place(l) === here)
      const is = now.filter((l) => place(l) === here && order.includes(l))
      if (is.join('\n') === order.join('\n')) continue
      for (const l of order) this.does(['ip', 'route', 'del', ...l.split(' ')])
      for (const l of order) this.does(['ip', 'route', 'append', ...l.split(' ')])
    }
  }

  private route(line: Line): void {
    const words = line.text.trim().split(/\s+/)
    const left: string[] = []
    const at = words.indexOf('linkdown')
    if (at >= 0) left.push(...words.splice(at, 1))
    const there = this.printed('ip route').split('\n')
    if (there.some((l) => l.trim() === words.join(' '))) {
      this.taken.route++
      this.leave(line, left)
      return
    }
    let said = this.does(['ip', 'route', 'append', ...words])
    // Words that the model does not have are left out, one after the other.
    for (let tries = 0; said !== null && tries < 6; tries++) {
      const strange = /^"(\w+)(?: \S+)?" is not part of this lab/.exec(said)?.[1]
      const where = strange === undefined ? -1 : words.indexOf(strange)
      if (where < 0) break
      left.push(
        ...words.splice(where, ['onlink', 'linkdown', 'pervasive', 'offload'].includes(words[where]) ? 1 : 2),
      )
      said = this.does(['ip', 'route', 'append', ...words])
    }
    if (said !== null) {
      this.refuse(line, said)
      return
    }
    this.taken.route++
    this.leave(line, left)
  }

  /** Rules for packets of others say that the machine forwards them, where no sysctl was pasted that could say so. */
  forwards(): boolean {
    const { sysctls, rules, commands } = this.pasted
    const forOthers = /(^|\s)-[AI] FORWARD\b|-j (MASQUERADE|SNAT|DNAT|NETMAP)\b/
    if (sysctls.length > 0 || ![...rules, ...commands].some((l) => forOthers.test(l.text))) return false
    return this.does(['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']) === null
  }

  sysctls(): void {
    const scoped = (name: string): number =>
      name.startsWith('net.ipv4.conf.') ? (/\.(all|default)\./.test(name) ? 1 : 2) : 0
    const lines = [...this.pasted.sysctls].sort((a, b) => scoped(a.name) - scoped(b.name) || a.n - b.n)
    const kept: string[] = []
    for (const s of lines) {
      const k = this.lab.kernel(0)
      const now = readSysctl(k, s.name)
      const note = (why: Note['why']): void => {
        this.notes.push({ line: s.n, text: s.text.trim(), why })
      }
      if (now === null) note({ kind: 'no-sysctl' })
      else if (s.name.endsWith('nf_conntrack_count')) note({ kind: 'result' })
      else if (String(now) === s.value.trim()) this.taken.sysctl++
      else {
        const { status, stderr } = this.type(quoted(['sysctl', '-q', '-w', `${s.name}=${s.value.trim()}`]))
        if (status !== 0) note({ kind: 'refused', said: complaint(stderr) })
        else {
          this.taken.sysctl++
          kept.push(`${s.name} = ${s.value.trim()}\n`)
        }
      }
    }
    if (kept.length > 0) this.does(['sysctl', '-q', '-p', SYSCTLS], { [SYSCTLS]: kept.join('') })
  }

  /** Rules name sets: these come first. One by one, so that a line that is refused takes none with it. */
  sets(): void {
    const kept: string[] = []
    for (const line of this.pasted.sets) {
      const { status, stderr } = this.type(`ipset restore -file ${SETS}`, { [SETS]: `${line.text}\n` })
      if (status !== 0) this.refuse(line, complaint(stderr))
      else kept.push(`${line.text}\n`)
    }
    this.taken.ipset += kept.length
    if (kept.length === 0) return
    this.init.push(`ipset restore -file ${SETS}`)
    this.files[SETS] = kept.join('')
  }

  rules(): void {
    const accepted = acceptedRules(this.pasted.rules, this.type, this.notes)
    if (accepted.length > 0) {
      const text = accepted.map((l) => `${l.text}\n`).join('')
      this.does(['iptables-restore', '-c', RULES], { [RULES]: text })
      this.taken.iptables += accepted.filter((l) => /^[[:-]/.test(l.text)).length
    }
    for (const line of this.pasted.commands) {
      const command = line.text.replace(/^sudo /, '').replace(/^(?=-)/, 'iptables ')
      const { status, stderr } = this.type(command)
      if (status === 0) {
        this.init.push(command)
        this.taken.iptables++
      } else this.refuse(line, complaint(stderr))
    }
  }

  entries(): void {
    const kept: string[] = []
    for (const line of this.pasted.entries) {
      const command = entryCommand(line.text)
      if (command === null) {
        this.notes.push({ line: line.n, text: line.text.trim(), why: { kind: 'unknown' } })
        continue
      }
      const { status, stderr } = this.type(quoted(['conntrack', '-I', ...command.args]))
      if (status !== 0) {
        this.refuse(line, complaint(stderr))
        continue
      }
      kept.push(`-A ${command.args.join(' ')}\n`)
      this.taken.conntrack++
      this.leave(line, command.left)
    }
    if (kept.length === 0) return
    this.init.push(`conntrack -R ${ENTRIES}`)
    this.files[ENTRIES] = kept.join('')
  }
}

/** The lab of a pasted text, and what has become of its lines. Never throws. */
export function build(text: string): { spec: LabSpec; brought: Brought } {
  // Whole lines: half of one says something else.
  const end = text.length > TEXT_MAX ? text.lastIndexOf('\n', TEXT_MAX) + 1 : text.length
  const pasted = read(text.slice(0, end))
  const { devices, assumed } = devicesOf(pasted)
  const host = nameFor(pasted.host)
  const spec = labAround(host, devices, pasted)
  const builder = new Builder(pasted, spec)
  builder.devices(devices, assumed.length > 0)
  builder.routes()
  const forwards = builder.forwards()
  builder.sysctls()
  builder.sets()
  builder.rules()
  builder.entries()
  if (end < text.length)
    builder.notes.push({
      line: text.slice(0, end).split('\n').length,
      text: text.slice(end, end + 200).split('\n')[0],
      why: { kind: 'cut' },
    })
  const [own, ...others] = spec.hosts
  const machine: HostSpec = { ...own, files: builder.files, init: builder.init }
  return {
    spec: { ...spec, hosts: [machine, ...others] },
    brought: {
      notes: builder.notes.sort((a, b) => a.line - b.line),
      assumed,
      forwards,
      taken: builder.taken,
      host,
    },
  }
}

/** The name of the machine, where it does not look like one of the others'. */
function nameFor(name: string | null): string {
  const short = name?.split('.')[0] ?? ''
  const taken = /^(internet|router\d+|server\d+|host\d+)$/.test(short)
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(short) && !taken ? short : 'own'
}
