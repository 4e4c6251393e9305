/**
 * Faults: what breaks in a network, as the commands that break it, and the commands that mend it again. What a host's
 * routes, queues and forwarding are is read from what its own programs print.
 */
import type { LinkView, Snapshot } from '../lab/protocol.ts'

export const FAULTS = ['link', 'route', 'detour', 'slow', 'loss', 'forward'] as const
export type FaultKind = (typeof FAULTS)[number]

export interface Fault {
  kind: FaultKind
  host: string
  /** What it is about: a card, or a route. */
  what: string
  does: readonly string[]
  undoes: readonly string[]
}

/** Milliseconds and percent: enough to be seen, little enough for TCP to live with. */
const SLOW = '300ms'
const LOSS = '30%'

type Hosts = Snapshot['hosts']

/** Routes that somebody has set: those that come with an address come back with it. */
export function setRoutes(printed: string): string[] {
  return printed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.includes('proto kernel') && !/^(broadcast|local) /.test(line))
}

/** What a host is asked, each program's answer after a line of its own. */
export const STATE_OF = 'ip route; echo --; sysctl -n net.ipv4.ip_forward; tc qdisc show'

export interface HostState {
  /** What `ip route` prints. */
  routes: string
  forwards: boolean
  /** Cards whose queue is another than the kernel gives them: a second one is refused. */
  queued: readonly string[]
}

export const UNKNOWN: HostState = { routes: '', forwards: true, queued: [] }

/** Reads the answer to `STATE_OF`. */
export function readState(printed: string): HostState {
  const [routes = '', rest = ''] = printed.split(/^--\n/m)
  const queued = [...rest.matchAll(/^qdisc (?!noqueue)\S+ \S+ dev (\S+) root/gm)].map((m) => m[1])
  return { routes, forwards: !rest.startsWith('0'), queued }
}

const deviceOf = (route: string): string => / dev (\S+)/.exec(route)?.[1] ?? ''
const prefixOf = (route: string): string => route.split(' ')[0]

/** Cards that lead somewhere. */
function cards(host: string, links: readonly LinkView[]): string[] {
  const ends = links.flatMap((l) => [l.a, l.b]).filter((e) => e.host === host)
  return [...new Set(ends.map((e) => e.dev))]
}

/** The address of who stands at the other end of a card and could pass packets on. */
function neighbour(host: string, dev: string, hosts: Hosts, links: readonly LinkView[]): string | undefined {
  for (const { a, b } of links)
    for (const [mine, theirs] of [
      [a, b],
      [b, a],
    ] as const) {
      const peer = hosts.find((h) => h.name === theirs.host)
      if (mine.host !== host || mine.dev !== dev || peer === undefined || peer.role === 'client') continue
      const addr = peer.devs.find((d) => d.name === theirs.dev)?.addrs.find((x) => !x.endsWith('/32'))
      if (addr !== undefined) return addr.split('/')[0]
    }
  return undefined
}

/** All faults that a host can have, from what it has and what its `ip route` prints. */
export function faultsOf(
  host: string,
  { hosts, links }: Pick<Snapshot, 'hosts' | 'links'>,
  printed: string,
): Fault[] {
  const routes = setRoutes(printed)
  const devs = cards(host, links)
  const make = (
    kind: FaultKind,
    what: string,
    does: readonly string[],
    undoes: readonly string[],
  ): Fault => ({ kind, host, what, does, undoes })
  return [
    ...devs.map((dev) =>
      make(
        'link',
        dev,
        [`ip link set ${dev} down`],
        // Its routes have gone with it.
        [
          `ip link set ${dev} up`,
          ...routes.filter((r) => deviceOf(r) === dev).map((r) => `ip route replace ${r}`),
        ],
      ),
    ),
    ...routes.map((r) => make('route', prefixOf(r), [`ip route del ${r}`], [`ip route add ${r}`])),
    ...routes.flatMap((r) =>
      devs.flatMap((dev) => {
        const via = dev === deviceOf(r) ? undefined : neighbour(host, dev, hosts, links)
        const other = `${prefixOf(r)} via ${via ?? ''} dev ${dev}`
        return via === undefined
          ? []
          : [make('detour', other, [`ip route replace ${other}`], [`ip route replace ${r}`])]
      }),
    ),
    ...devs.flatMap((dev) => [
      make(
        'slow',
        dev,
        [`tc qdisc add dev ${dev} root netem delay ${SLOW}`],
        [`tc qdisc del dev ${dev} root`],
      ),
      make(
        'loss',
        dev,
        [`tc qdisc add dev ${dev} root netem loss ${LOSS}`],
        [`tc qdisc del dev ${dev} root`],
      ),
    ]),
    ...(hosts.find((h) => h.name === host)?.role === 'gateway'
      ? [
          make(
            'forward',
            'net.ipv4.ip_forward',
            ['sysctl -w net.ipv4.ip_forward=0'],
            ['sysctl -w net.ipv4.ip_forward=1'],
          ),
        ]
      : []),
  ]
}

/** Two faults that are in each other's way: the second would not do what it says. */
export function excludes(a: Fault, b: Fault): boolean {
  if (a.host !== b.host) return false
  if (a.kind === b.kind && a.what === b.what) return true
  const queue = (f: Fault): boolean => f.kind === 'slow' || f.kind === 'loss'
  return queue(a) && queue(b) && a.what === b.what
}

/** Is what a fault would do so already, whoever did it? */
export function standsAlready({ kind, host, what }: Fault, hosts: Hosts, state: HostState): boolean {
  if (kind === 'forward') return !state.forwards
  if (kind === 'slow' || kind === 'loss') return state.queued.includes(what)
  const dev = hosts.find((h) => h.name === host)?.devs.find((d) => d.name === what)
  return kind === 'link' && dev?.up === false
}
