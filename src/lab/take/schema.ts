/**
 * What a file or a link says of a lab: where it begins, what was done in it, and which moment is looked at. The same
 * lab, seed and inputs give the same trace, so that is all there is to keep.
 */
import * as v from 'valibot'
import { parseCidr, parseIpv4, parseMac } from '../../wire/address.ts'
import type { LabSpec } from '../spec.ts'
import { TEXT_MAX } from './pack.ts'

/** Microseconds: eleven days. */
const TIME_MAX = 1e12
const INPUTS_MAX = 1000
const HOSTS_MAX = 16
const MEMORY_MAX = 2 ** 40

const text = (max: number) => v.pipe(v.string(), v.maxLength(max))
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))
const list = <T extends v.GenericSchema>(of: T, max: number) => v.pipe(v.array(of), v.maxLength(max))
const Name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/))
const Device = v.pipe(v.string(), v.regex(/^[^\s/:]{1,15}$/))
const Address = v.pipe(
  v.string(),
  v.check((s) => parseIpv4(s) !== null),
)
const Prefix = v.pipe(
  v.string(),
  v.check((s) => parseCidr(s) !== null),
)
const Mac = v.pipe(
  v.string(),
  v.check((s) => parseMac(s) !== null),
)
const Period = v.picklist(['modern', 'article'])
const File = text(TEXT_MAX)
const Line = text(20_000)

const Host = v.strictObject({
  name: Name,
  period: v.exactOptional(Period),
  role: v.picklist(['client', 'gateway', 'server']),
  memory: whole(1, MEMORY_MAX),
  devs: list(
    v.strictObject({
      name: Device,
      addrs: list(Prefix, 64),
      mac: v.exactOptional(Mac),
      down: v.exactOptional(v.boolean()),
    }),
    64,
  ),
  bridges: v.exactOptional(
    list(
      v.strictObject({
        name: Device,
        mac: v.exactOptional(Mac),
        addrs: list(Prefix, 64),
        ports: list(Device, 64),
      }),
      16,
    ),
  ),
  routes: list(
    v.strictObject({
      dst: v.union([v.literal('default'), Prefix]),
      via: v.exactOptional(Address),
      dev: Device,
    }),
    500,
  ),
  http: list(whole(1, 65535), 16),
  files: v.exactOptional(v.record(v.pipe(v.string(), v.regex(/^\/[^\0]{1,200}$/)), File)),
  init: v.exactOptional(list(Line, INPUTS_MAX)),
  inum: v.exactOptional(whole(0, 0xffffffff)),
  buckets: v.exactOptional(whole(1, 2 ** 21)),
  on: v.exactOptional(Name),
  cpus: v.exactOptional(Name),
})

/** A lab of one's own, whole. */
const Spec: v.GenericSchema<unknown, LabSpec> = v.pipe(
  v.strictObject({
    name: Name,
    period: v.exactOptional(Period),
    hosts: v.pipe(list(Host, HOSTS_MAX), v.minLength(1)),
    links: list(v.strictObject({ ends: list(text(48), 64), delay: whole(0, TIME_MAX) }), 64),
    cpus: v.exactOptional(v.record(Name, whole(1, 64))),
    costs: v.exactOptional(list(whole(0, 1e9), 64)),
    names: v.record(text(64), Address),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const wrong = wrongReference(dataset.value)
    if (wrong !== null) addIssue({ message: 'reference', input: dataset.value, received: wrong })
  }),
)

/** A name that names nothing, or twice the same. */
function wrongReference(spec: LabSpec): string | null {
  const ends = new Set(spec.hosts.flatMap((h) => h.devs.map((d) => `${h.name}:${d.name}`)))
  const seen = new Set<string>()
  for (const h of spec.hosts) {
    const devs = [...h.devs, ...(h.bridges ?? [])].map((d) => d.name)
    if (seen.has(h.name)) return h.name
    if (new Set(devs).size < devs.length || devs.includes('lo')) return devs.join(' ')
    if (h.on !== undefined && !seen.has(h.on)) return h.on
    if (h.cpus !== undefined && !Object.hasOwn(spec.cpus ?? {}, h.cpus)) return h.cpus
    for (const b of h.bridges ?? [])
      for (const port of b.ports) if (!h.devs.some((d) => d.name === port)) return port
    for (const r of h.routes) if (!h.devs.some((d) => d.name === r.dev)) return r.dev
    seen.add(h.name)
  }
  const used = spec.links.flatMap((l) => l.ends)
  return used.find((end, i) => !ends.has(end) || used.indexOf(end) !== i) ?? null
}

/** How far the lab has gone since the input before: its steps, and microseconds of lab time. */
const since = { steps: v.exactOptional(whole(0, 1e9)), wait: v.exactOptional(whole(0, TIME_MAX)) }

const Command = v.strictObject({ on: Name, line: Line })

export const SavedLab = v.strictObject({
  /** The version of this form. */
  netfilterLab: v.literal(1),
  /** A ready lab's name, or a lab of one's own. */
  lab: v.union([Name, Spec]),
  period: v.exactOptional(Period),
  seed: whole(0, 0xffffffff),
  /** Rules and settings that a host begins with: iptables-save's text, ipset save's, and sysctls that are not as they would be. */
  hosts: v.exactOptional(
    v.record(
      Name,
      v.strictObject({
        sets: v.exactOptional(File),
        rules: v.exactOptional(File),
        sysctls: v.exactOptional(v.record(text(100), v.number())),
      }),
    ),
  ),
  /** Lines that were run before anything could be seen. */
  setup: v.exactOptional(list(Command, INPUTS_MAX)),
  /** What came from outside, in order. `line` null: Ctrl-C. `by`: the control of the page that says itself so. */
  inputs: list(
    v.strictObject({
      on: Name,
      line: v.nullable(Line),
      by: v.exactOptional(text(100)),
      ...since,
    }),
    INPUTS_MAX,
  ),
  /** How far it had gone after the last input. */
  end: v.strictObject(since),
  /** The position that is looked at; without it, the end. */
  playhead: v.exactOptional(whole(0, 1e12)),
  /** Moments that have a name: where they lie, and their lab time, microseconds. */
  bookmarks: v.exactOptional(
    list(v.strictObject({ name: text(100), position: whole(0, 1e12), time: v.number() }), 100),
  ),
})

export type SavedLab = v.InferOutput<typeof SavedLab>

/** What is wrong with a file or a link. `field` says where: `inputs.3.line`. */
export interface Problem {
  kind: 'not-ours' | 'version' | 'unknown-field' | 'missing' | 'bad-value' | 'bad-name' | 'too-long'
  field: string
}

export type Parsed = { saved: SavedLab; problems: [] } | { saved: null; problems: Problem[] }

/** The saved lab of a JSON text. Never throws: what is wrong is named. */
export function parseSaved(json: string): Parsed {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { saved: null, problems: [{ kind: 'not-ours', field: '' }] }
  }
  return checkSaved(value)
}

export function checkSaved(value: unknown): Parsed {
  if (typeof value !== 'object' || value === null || !('netfilterLab' in value))
    return { saved: null, problems: [{ kind: 'not-ours', field: '' }] }
  if (value.netfilterLab !== 1)
    return { saved: null, problems: [{ kind: 'version', field: String(value.netfilterLab).slice(0, 20) }] }
  const result = v.safeParse(SavedLab, value)
  if (result.success) return { saved: result.output, problems: [] }
  const problems = result.issues.slice(0, 20).map(problemOf)
  return { saved: null, problems }
}

function problemOf(issue: v.BaseIssue<unknown>): Problem {
  // Of a union, the form that came furthest says what is wrong.
  const inner = issue.type === 'union' ? issue.issues?.filter((i) => i.path !== undefined) : undefined
  const told = inner?.[0] ?? issue
  const path = [v.getDotPath(issue), told === issue ? null : v.getDotPath(told)].filter((p) => p !== null)
  const field = path.join('.')
  if (told.type === 'raw_check')
    return { kind: 'bad-name', field: `${field}${field && ': '}${told.received}`.slice(0, 120) }
  if (told.type === 'strict_object' && told.expected === 'never') return { kind: 'unknown-field', field }
  if (told.type === 'strict_object' && told.received === 'undefined') return { kind: 'missing', field }
  return { kind: 'bad-value', field: field || 'netfilterLab' }
}
