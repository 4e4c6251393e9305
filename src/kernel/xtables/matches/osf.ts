import { IPPROTO_TCP } from '../../../wire/packet.ts'
import type { Match } from '../extension.ts'
import { option, text, uint } from '../option.ts'

export interface OsfData {
  genre: string
  invert: boolean
  ttl: number | null
  log: number | null
}

/** Bytes of a name, without the zero at its end. Linux: MAXGENRELEN */
const GENRE = 31

/**
 * Match SYNs by the system whose fingerprint they carry. Fingerprints are loaded by a program of its own, which is not
 * here: no SYN is known.
 * Linux: net/netfilter/xt_osf.c xt_osf_match_packet; iptables: extensions/libxt_osf.c. Left out: nfnl_osf(8)
 */
export const osf: Match<OsfData> = {
  name: 'osf',
  proto: IPPROTO_TCP,
  hooks: ['PRE_ROUTING', 'LOCAL_IN', 'FORWARD'],
  init: () => ({ genre: '', invert: false, ttl: null, log: null }),
  options: [
    option<OsfData, string>(
      'genre',
      text,
      (d, v, call) => {
        d.genre = v.slice(0, GENRE)
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
    option<OsfData, number>('ttl', uint(0, 2), (d, v) => void (d.ttl = v)),
    option<OsfData, number>('log', uint(0, 2), (d, v) => void (d.log = v)),
  ],
  save: (d) =>
    `${d.invert ? ' !' : ''} --genre ${d.genre}${d.ttl === null ? '' : ` --ttl ${d.ttl}`}${d.log === null ? '' : ` --log ${d.log}`}`,
  print: (d) => ` OS fingerprint match ${d.invert ? '! ' : ''}${d.genre}`,
  match: () => false,
}
