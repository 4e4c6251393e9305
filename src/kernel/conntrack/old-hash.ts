/**
 * The hash of a tuple up to Linux 5.9: jhash2 of nine words (both addresses with room for IPv6, the source port and the
 * l3 protocol between them), begun with the secret, the destination port and the protocol. The zone is not in it.
 *
 * Linux: net/netfilter/nf_conntrack_core.c hash_conntrack_raw
 */
import { addressWord, jhash2, oldHash } from './hash.ts'

const words = [0, 0, 0, 0, 0, 0, 0, 0, 0]

function networkOrder(port: number): number {
  return ((port & 0xff) << 8) | (port >>> 8)
}

oldHash.tuple = (seed, src, dst, sport, dport, proto) => {
  words[0] = addressWord(src)
  words[4] = networkOrder(sport) | (2 << 16)
  words[5] = addressWord(dst)
  return jhash2(words, seed ^ ((networkOrder(dport) << 16) | proto))
}
