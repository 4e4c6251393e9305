import type { DropCase } from '../../drop-case.ts'

/** What a packet died of, in a few words. */
export const deaths: Record<DropCase, string> = {
  'table-full': 'The conntrack table is full',
  clash: 'Another connection has the same tuple',
  policy: 'The chain’s policy says DROP',
  rule: 'A rule says DROP',
  reject: 'A rule says REJECT',
  'not-forwarding': 'This host does not forward',
  'no-route': 'No route to the destination',
  'bad-route': 'A route throws it away',
  ttl: 'It has been forwarded too many times',
  'no-socket': 'Nobody listens there',
  'rp-filter': 'The route back uses another interface',
  'too-big': 'Too big for the next link',
  'no-neighbour': 'The next hop does not answer',
  martian: 'An address that cannot be there',
  other: 'The kernel threw it away',
}
