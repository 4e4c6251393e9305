/** Which of the cases that the texts can explain a drop is. What would have saved the packet comes with its pane: drops.ts. */
import type { DropView } from '../lab/protocol.ts'

export type DropCase =
  | 'table-full'
  | 'clash'
  | 'policy'
  | 'rule'
  | 'reject'
  | 'not-forwarding'
  | 'no-route'
  | 'bad-route'
  | 'ttl'
  | 'no-socket'
  | 'rp-filter'
  | 'too-big'
  | 'no-neighbour'
  | 'martian'
  | 'other'

/** A station is named by its path in path.machine.ts: `FORWARD.filter`, `route_in`. */
export function splitStation(station: string): [hook: string, table: string] {
  const [hook = '', table = ''] = station.split('.')
  return [hook, table]
}

export function caseOf(
  view: DropView,
  table: string,
  decided: { what: 'rule' | 'policy' | 'return'; does: string } | null,
): DropCase {
  switch (view.reason) {
    case 'NETFILTER_DROP':
      if (table === 'conntrack') return 'table-full'
      if (table === 'confirm') return 'clash'
      if (decided?.what === 'policy') return 'policy'
      return /REJECT/.test(decided?.does ?? '') ? 'reject' : 'rule'
    case 'IP_INADDRERRORS':
      return 'not-forwarding'
    case 'IP_INNOROUTES':
    case 'IP_OUTNOROUTES':
      return 'no-route'
    // Of a route that is blackhole, unreachable or prohibit the kernel says no more.
    case 'NOT_SPECIFIED':
      return view.where === 'ip_error' ? 'bad-route' : 'other'
    case 'IP_INHDR':
      return view.where === 'ip_forward' ? 'ttl' : 'other'
    case 'NO_SOCKET':
      return 'no-socket'
    case 'IP_RPFILTER':
      return 'rp-filter'
    case 'PKT_TOO_BIG':
      return 'too-big'
    case 'NEIGH_FAILED':
      return 'no-neighbour'
    case 'IP_LOCALNET':
    case 'IP_INVALID_SOURCE':
    case 'IP_LOCAL_SOURCE':
      return 'martian'
    default:
      return 'other'
  }
}
