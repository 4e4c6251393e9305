/** `conntrack -o save`: entries as the options that make them again. conntrack-tools 1.4.7, src/conntrack.c ct_save_snprintf */
import {
  IPS_ASSURED,
  IPS_DST_NAT,
  IPS_FIXED_TIMEOUT,
  IPS_SEEN_REPLY,
  IPS_SRC_NAT,
  type ConnView,
} from '../../kernel/conntrack/conn.ts'
import { printIpv4 } from '../../wire/address.ts'
import { IPPROTO_ICMP } from '../../wire/packet.ts'
import { hasPorts, protoName, zoneOfBoth } from './print.ts'
import { toolTag } from './values.ts'

const IPPROTO_GRE = 47
const IPPROTO_DCCP = 33
const STATUS: readonly [number, string][] = [
  [IPS_SEEN_REPLY, 'SEEN_REPLY'],
  [IPS_ASSURED, 'ASSURED'],
  [IPS_FIXED_TIMEOUT, 'FIXED_TIMEOUT'],
]

/** What the protocol adds. */
function layer4(conn: ConnView): string[] {
  const { orig, reply, state } = conn
  const { protonum: p } = orig
  if (p === IPPROTO_ICMP)
    return [`--icmp-type ${orig.dport >> 8} --icmp-code ${orig.dport & 255} --icmp-id ${orig.sport}`]
  if (p === IPPROTO_GRE)
    return [
      `--srckey ${orig.sport} --dstkey ${orig.dport}`,
      `--reply-key-src ${reply.sport} --reply-key-dst ${reply.dport}`,
    ]
  // DCCP's ports are none that the kernel knows.
  if (!hasPorts(p) || p === IPPROTO_DCCP) return []
  return [
    `--sport ${orig.sport} --dport ${orig.dport}`,
    `--reply-port-src ${reply.sport} --reply-port-dst ${reply.dport}`,
    ...(state === '' ? [] : [`--state ${state}`]),
    ...(conn.vtags ? [`--orig-vtag ${toolTag(conn.vtags[0])} --reply-vtag ${toolTag(conn.vtags[1])}`] : []),
  ]
}

/** The line, without a newline; `command` is the letter that makes it again, or D: the entry is being deleted. */
export function saveLine(conn: ConnView, command: 'A' | 'D' = 'A'): string {
  const { orig, reply } = conn
  const status = STATUS.filter(([bit]) => conn.status & bit).map(([, name]) => name)
  const name = protoName(orig.protonum)
  const words = [`-${command} -t ${conn.secondsLeft} -u ${status.join(',') || 'UNSET'}`]
  if (zoneOfBoth(conn) !== 0) words.push(`-w ${zoneOfBoth(conn)}`)
  else {
    if (conn.zone & 0xffff) words.push(`--orig-zone ${conn.zone & 0xffff}`)
    if (conn.zone >>> 16) words.push(`--reply-zone ${conn.zone >>> 16}`)
  }
  words.push(`-s ${printIpv4(orig.src)} -d ${printIpv4(orig.dst)}`)
  // Where NAT has changed an address, that is said in its place.
  const [src, dst] = [conn.status & IPS_SRC_NAT ? '-n' : '-q', conn.status & IPS_DST_NAT ? '-g' : '-r']
  words.push(`${dst} ${printIpv4(reply.src)} ${src} ${printIpv4(reply.dst)}`)
  words.push(`-p ${name === 'unknown' ? orig.protonum : name}`, ...layer4(conn))
  return words.join(' ')
}
