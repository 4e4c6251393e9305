/** What the owner of a socket hears of an ICMP error. Linux: net/ipv4/icmp.c icmp_err_convert; tcp_ipv4.c, udp.c */
import type { Errno } from './socket.ts'

/** By code of "destination unreachable"; `!`: a datagram's sender hears of it, too. */
const UNREACHABLE =
  'ENETUNREACH EHOSTUNREACH ENOPROTOOPT! ECONNREFUSED! EMSGSIZE EOPNOTSUPP ENETUNREACH! EHOSTDOWN! ENONET! ENETUNREACH! ' +
  'EHOSTUNREACH! ENETUNREACH EHOSTUNREACH EHOSTUNREACH! EHOSTUNREACH! EHOSTUNREACH!'
const BY_CODE = UNREACHABLE.split(' ').map((word) => ({
  errno: word.replace('!', '') as Errno,
  fatal: word.endsWith('!'),
}))

/** `fatal`: no hope is left. Null: nobody is told of such an error, or of this one not here (its MTU is learnt). */
export function icmpErrno(type: number, code: number): { errno: Errno; fatal: boolean } | null {
  if (type === 3) return code === 4 ? null : (BY_CODE.at(code) ?? null)
  if (type === 11) return { errno: 'EHOSTUNREACH', fatal: false }
  return type === 12 ? { errno: 'EPROTO', fatal: true } : null
}
