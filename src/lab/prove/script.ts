/**
 * "Prove it on Linux": a shell script that builds a lab of network namespaces on a real machine, runs the same commands
 * there, prints the same tables, and compares them with what the lab says.
 *
 * Left out: delays of links, CPUs, memory; what only a machine's first namespace may set; lines that allowed.ts does not
 * let onto a real machine (docker among them).
 */
import { printMac } from '../../wire/address.ts'
import type { Lab } from '../bench.ts'
import { bootLab } from '../boot.ts'
import type { Session } from '../session.ts'
import type { HostSpec, LabSpec } from '../spec.ts'
import { mayRun } from './allowed.ts'
import { HEAD, TAIL } from './frame.ts'

export interface Proof {
  script: string
  /** Lines that the script does not run. */
  left: Command[]
}

interface Command {
  on: string
  line: string
}

/** Steps that one line is given in the lab. */
const STEPS_MAX = 300_000
/** Microseconds after which a line that does not end is interrupted, in the lab and by the script. */
const PATIENCE = 30_000_000

/** What is printed of a host, in the lab and on Linux: the same line, with what a clock or chance decides masked. */
const SHOWN: readonly string[] = [
  ...['raw', 'mangle', 'nat', 'filter'].map(
    (table) => `iptables-save -t ${table} | grep -v '^#' | sed 's/ .[0-9]*:[0-9]*.$//'`,
  ),
  "conntrack -L 2>/dev/null | sed -E 's/^([a-z]+ +[0-9]+) [0-9]+ /\\1 - /;s/(.* )dport=[0-9]+/\\1dport=*/;s/(port|id)=(32[7-9]|3[3-9][0-9]|[4-9][0-9]{2})[0-9]{2}/\\1=*/g;s/(port|id)=[0-9]{6,}/\\1=*/g;s/ id=[0-9]+/ id=*/g;s/ use=[0-9]+//' | sort",
  "ip route | sed 's/ linkdown//;s/ *$//'",
]

/** Where the lab has sets. Where an element lies hangs on a number that is drawn. */
const SETS_SHOWN = "ipset save | sed -E 's/ initval 0x[0-9a-f]+//;s/^(add .* timeout) [0-9]+/\\1 -/' | sort"

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** All commands so far, in order, beside what the hosts do when they boot. */
function commandsOf(session: Session): Command[] {
  const run = session.run()
  const { hosts } = run.lab.state
  const typed = run.inputs.filter((i) => i.position <= run.position)
  return [
    ...session.setup,
    ...typed.flatMap((i) => (i.line === null ? [] : [{ on: hosts[i.host].name, line: i.line }])),
  ]
}

/** Only the machine's first namespace may set these. */
const GLOBAL = /nf_conntrack_(max|buckets)/

/** Files that the lab's hosts have of their own are elsewhere on a real machine. */
function moved(host: HostSpec | undefined, line: string): string {
  let text = /\bsysctl\b.*-p\s*$/.test(line) ? `${line.trim()} /etc/sysctl.conf` : line
  for (const path of Object.keys(host?.files ?? {}))
    text = text.replaceAll(
      new RegExp(`${path.replaceAll(/[.+]/g, '\\$&')}(?=$|\\s)`, 'g'),
      `$W/${host?.name}${path}`,
    )
  return text
}

function links(spec: LabSpec, lab: Lab): string[] {
  const mac = (end: string): string => {
    const [host, dev] = end.split(':')
    const found = lab.state.hosts.find((h) => h.name === host)?.net.devs.find((d) => d.name === dev)
    return printMac(found?.mac ?? 0)
  }
  return spec.links.flatMap(({ ends }, i) => {
    const words = (end: string): string => `${end.replace(':', ' ')} ${mac(end)}`
    if (ends.length === 2) return [`wire ${words(ends[0])} ${words(ends[1])}`]
    return [`switch ${i}`, ...ends.map((end) => `plug ${i} ${words(end)}`)]
  })
}

function hostLines(h: HostSpec, spec: LabSpec): string[] {
  const used = new Set(spec.links.flatMap((l) => l.ends))
  const at = (words: string): string => `ip -n "$P-${h.name}" ${words}`
  return [
    ...h.devs.flatMap((d) =>
      used.has(`${h.name}:${d.name}`) ? [] : [at(`link add ${d.name} type veth peer name ${d.name}-x`)],
    ),
    ...(h.bridges ?? []).flatMap((b) => [
      at(`link add ${b.name} ${b.mac === undefined ? '' : `address ${b.mac} `}type bridge`),
      ...b.ports.map((port) => at(`link set ${port} master ${b.name}`)),
    ]),
    at('link set lo up'),
    ...[...h.devs, ...(h.bridges ?? [])].flatMap((d) => [
      ...d.addrs.map((a) => at(`addr add ${a} dev ${d.name}`)),
      ...('down' in d && d.down ? [] : [at(`link set ${d.name} up`)]),
    ]),
    ...h.routes.map((r) =>
      at(`route add ${r.dst} ${r.via === undefined ? '' : `via ${r.via} `}dev ${r.dev}`),
    ),
  ]
}

/** Let a lab go on until nothing is on its way, but at most so much lab time. */
function rest(lab: Lab, us: number): void {
  const until = lab.state.now + us
  for (let n = 0; n < STEPS_MAX && !lab.quiet && lab.nextDue <= until; n++) if (!lab.step()) return
}

/** What the lab says when the same lines are run in it, one after the other. */
function expected(
  spec: LabSpec,
  seed: number,
  lines: readonly Command[],
  hosts: readonly string[],
  shown: readonly string[],
): string {
  const lab = bootLab({ ...spec, hosts: spec.hosts.map((h) => ({ ...h, init: [] })) }, seed)
  for (const { on, line } of lines) {
    const host = lab.hostIndex(on)
    lab.exec(host, line)
    rest(lab, PATIENCE)
    if (!lab.quiet) lab.interrupt(host)
  }
  lab.runUntil(lab.state.now + 1_000_000, STEPS_MAX)
  return hosts
    .map((name) =>
      shown
        .map((line) => {
          const host = lab.hostIndex(name)
          const result = lab.result(host, lab.execCaptured(host, line))
          return `${name}# ${line.split(' | ')[0]}\n${result === 'running' ? '' : result.stdout}`
        })
        .join(''),
    )
    .join('')
}

export function prove(session: Session): Proof {
  const { spec } = session
  if (spec === null) throw new Error('no lab is open')
  const { lab } = session.run()
  const left: Proof['left'] = []
  const out: string[] = [HEAD.replaceAll('LAB', spec.name)]
  for (const h of spec.hosts) out.push(`host ${h.name}`)
  const names = Object.entries(spec.names).map(([name, address]) => `${address} ${name}`)
  out.push(`names ${quoted(['127.0.0.1 localhost', ...names].join('\n'))}`, '')
  out.push(...links(spec, lab), '')
  for (const h of spec.hosts) out.push(...hostLines(h, spec))
  for (const h of spec.hosts)
    for (const [path, text] of Object.entries(h.files ?? {}))
      if (!/[^\w./-]/.test(path)) out.push(`file ${h.name} ${path} ${quoted(text)}`)
  for (const h of spec.hosts) for (const port of h.http) out.push(`serve ${h.name} ${port}`)
  out.push('ready', '', 'echo "== commands"')
  const boot = spec.hosts.flatMap((h) => (h.init ?? []).map((line) => ({ on: h.name, line })))
  const run: Command[] = []
  for (const { on, line } of [...boot, ...commandsOf(session)]) {
    const host = spec.hosts.find((h) => h.name === on)
    if (mayRun(line, host?.files) && !GLOBAL.test(line)) {
      run.push({ on, line })
      out.push(`on ${on} ${doubleQuoted(moved(host, line))}`)
    } else {
      left.push({ on, line })
      out.push(`echo ${quoted(`${on}# (left out) ${line}`)}`)
    }
  }
  const hosts = spec.hosts.filter((h) => h.role === 'gateway').map((h) => h.name)
  const sets = run.some(({ line }) => /\bipset\b/.test(line))
  const shown = sets ? [...SHOWN, SETS_SHOWN] : SHOWN
  if (sets) out.splice(1, 0, 'needs ipset')
  out.push('', 'sleep 1', 'echo "== tables"', '{')
  for (const name of hosts) for (const line of shown) out.push(`show ${name} ${quoted(line)}`)
  out.push(
    '} > "$W/tables"',
    '',
    'cat > "$W/expected" <<\'END_OF_TABLES\'',
    `${expected(spec, session.seed, run, hosts, shown)}END_OF_TABLES`,
  )
  out.push(TAIL)
  return { script: `${out.join('\n')}`, left }
}

/** `$W` is the script's; what else the line has of the shell's is the line's own. */
function doubleQuoted(line: string): string {
  return line
    .split(/(\$W\/[\w.-]+\/[\w./-]+)/)
    .map((part, i) => (i % 2 === 1 ? `"${part}"` : part === '' ? '' : quoted(part)))
    .join('')
}
