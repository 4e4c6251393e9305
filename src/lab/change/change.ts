/**
 * A lab with one thing more: a host, a link, a service. What changes is the lab itself, so it begins anew, with the rules
 * and settings that it had, and with the addresses and routes that were changed by commands.
 */
import * as v from 'valibot'
import { parseCidr, printIpv4, netmask } from '../../wire/address.ts'
import type { Pieces, Session } from '../session.ts'
import type { HostSpec, LabSpec } from '../spec.ts'
import { openSaved, saveState } from '../take/save.ts'
import { SavedLab } from '../take/schema.ts'
import { tools } from '../tools.ts'

const Word = v.pipe(v.string(), v.maxLength(64))

const Change = v.variant('kind', [
  /** `beside`: an end of the link that it is plugged in to, `host:device`. Without an address the next free one. */
  v.object({
    kind: v.literal('host'),
    name: Word,
    role: v.picklist(['client', 'server']),
    beside: Word,
    address: Word,
  }),
  /** Two hosts get a card each. `prefix`: theirs are its first two addresses. */
  v.object({ kind: v.literal('link'), a: Word, b: Word, prefix: Word }),
  v.object({ kind: v.literal('service'), host: Word, port: v.number() }),
])
export type Change = v.InferOutput<typeof Change>

/** What cannot be done: the field that is wrong. */
export type ChangeProblem = { field: 'name' | 'beside' | 'address' | 'prefix' | 'host' | 'port' | 'lab' }

const MEMORY = 512 * 1024 * 1024
/** Microseconds. */
const DELAY = 500

/** Addresses that somebody has: by the lab's plan, and `live`, by what has been typed since. */
const addressesOf = (spec: LabSpec, live: readonly number[]): Set<number> =>
  new Set([
    ...live,
    ...spec.hosts.flatMap((h) =>
      [...h.devs, ...(h.bridges ?? [])].flatMap((d) => d.addrs.flatMap((a) => parseCidr(a)?.addr ?? [])),
    ),
  ])

/** The first address of a prefix that nobody has. */
function free(used: ReadonlySet<number>, addr: number, bits: number): string | null {
  const net = (addr & netmask(bits)) >>> 0
  for (let n = 1; n < 2 ** (32 - bits) - 1 && n < 1000; n++)
    if (!used.has(net + n)) return `${printIpv4(net + n)}/${bits}`
  return null
}

function nextDevice(h: HostSpec): string {
  for (let n = 0; ; n++) if (!h.devs.some((d) => d.name === `eth${n}`)) return `eth${n}`
}

function withHost(
  spec: LabSpec,
  c: Extract<Change, { kind: 'host' }>,
  used: ReadonlySet<number>,
): LabSpec | ChangeProblem {
  const index = spec.links.findIndex((l) => l.ends.includes(c.beside))
  if (index < 0) return { field: 'beside' }
  if (!/^[A-Za-z][A-Za-z0-9-]{0,14}$/.test(c.name) || spec.hosts.some((h) => h.name === c.name))
    return { field: 'name' }
  /** Addresses on that link, and who passes packets on there. */
  const there = spec.links[index].ends.flatMap((end) => {
    const [name, dev] = end.split(':')
    const host = spec.hosts.find((h) => h.name === name)
    const card = host?.devs.find((d) => d.name === dev)
    return (card?.addrs ?? []).flatMap((a) => {
      const cidr = parseCidr(a)
      return cidr === null || cidr.bits === 32 || !host ? [] : [{ ...cidr, router: host.role === 'gateway' }]
    })
  })
  const net = there.find((x) => x.router) ?? there.at(0)
  const address = c.address.trim() || (net ? free(used, net.addr, net.bits) : null)
  const cidr = address === null ? null : parseCidr(address)
  if (address === null || cidr === null || !address.includes('/') || used.has(cidr.addr))
    return { field: 'address' }
  const via = there.find((x) => x.router)
  const host: HostSpec = {
    name: c.name,
    role: c.role,
    memory: MEMORY,
    devs: [{ name: 'eth0', addrs: [address] }],
    routes: via ? [{ dst: 'default', via: printIpv4(via.addr), dev: 'eth0' }] : [],
    http: [80],
  }
  const links = spec.links.map((l, i) =>
    i === index ? { ...l, ends: [...l.ends.slice(0, -1), `${c.name}:eth0`, ...l.ends.slice(-1)] } : l,
  )
  const names = { ...spec.names, [c.name]: printIpv4(cidr.addr) }
  return { ...spec, hosts: [...spec.hosts, host], links, names }
}

function withLink(
  spec: LabSpec,
  c: Extract<Change, { kind: 'link' }>,
  used: ReadonlySet<number>,
): LabSpec | ChangeProblem {
  const [a, b] = [c.a, c.b].map((name) => spec.hosts.find((h) => h.name === name))
  if (!a || !b || a === b) return { field: 'host' }
  const cidr = parseCidr(c.prefix)
  if (cidr === null || !c.prefix.includes('/') || cidr.bits > 30) return { field: 'prefix' }
  const net = (cidr.addr & netmask(cidr.bits)) >>> 0
  if (used.has(net + 1) || used.has(net + 2)) return { field: 'prefix' }
  const cards = new Map(
    [a, b].map((h, i) => [
      h.name,
      { name: nextDevice(h), addrs: [`${printIpv4(net + 1 + i)}/${cidr.bits}`] },
    ]),
  )
  const hosts = spec.hosts.map((h) => {
    const card = cards.get(h.name)
    return card ? { ...h, devs: [...h.devs, card] } : h
  })
  const ends = [...cards].map(([name, card]) => `${name}:${card.name}`)
  return { ...spec, hosts, links: [...spec.links, { ends, delay: DELAY }] }
}

function withService(spec: LabSpec, c: Extract<Change, { kind: 'service' }>): LabSpec | ChangeProblem {
  const host = spec.hosts.find((h) => h.name === c.host)
  if (!host) return { field: 'host' }
  const right = Number.isInteger(c.port) && c.port > 0 && c.port < 65536
  if (!right || host.http.includes(c.port)) return { field: 'port' }
  return { ...spec, hosts: spec.hosts.map((h) => (h === host ? { ...h, http: [...h.http, c.port] } : h)) }
}

function changed(spec: LabSpec, c: Change, live: readonly number[]): LabSpec | ChangeProblem {
  if (c.kind === 'service') return withService(spec, c)
  const used = addressesOf(spec, live)
  return c.kind === 'host' ? withHost(spec, c, used) : withLink(spec, c, used)
}

/** null: it is done. */
function* change(session: Session, argument: unknown): Pieces<ChangeProblem | null> {
  yield
  const { spec } = session
  const asked = v.safeParse(Change, argument)
  if (spec === null || !asked.success) return { field: 'lab' }
  const live = session
    .run()
    .lab.state.hosts.flatMap((h) => h.net.devs.flatMap((d) => (d.loopback ? [] : d.addrs.map((a) => a.addr))))
  const next = changed(spec, asked.output, live)
  if ('field' in next) return next
  const saved = v.safeParse(SavedLab, { ...saveState(session), lab: { ...next, name: 'own' } })
  if (!saved.success) return { field: 'lab' }
  yield* openSaved(session, saved.output)
  return null
}

tools.set('change', change)
