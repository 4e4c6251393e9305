/** `conntrack -o save`: entries as the options that make them again. conntrack-tools 1.4.7, src/conntrack.c ct_save_snprintf */
import { IPS_ASSURED, IPS_FIXED_TIMEOUT, IPS_SEEN_REPLY, type ConnView } from '../../kernel/conntrack/conn.ts'
import { printIpv4 } from '../../wire/address.ts'
import { IPPROTO_ICMP } from '../../wire/packet.ts'
import { hasPorts, protoName, zoneOfBoth } from './print.ts'

const IPPROTO_GRE = 47
const STATUS: readonly [number, string][] = [
  [IPS_SEEN_REPLY, 'SEEN_REPLY'],
  [IPS_ASSURED, 'ASSURED'],
  [IPS_FIXED_TIMEOUT, 'FIXED_TIMEOUT'],
]

/** What the protocol adds. */
function layer4({ orig, reply, state }: ConnView): string[] {
  const { protonum: p } = orig
  if (p === IPPROTO_ICMP)
    return [`--icmp-type ${orig.dport >> 8} --icmp-code ${orig.dport & 255} --icmp-id ${orig.sport}`]
  if (p === IPPROTO_GRE)
    return [
      `--srckey ${orig.sport} --dstkey ${orig.dport}`,
      `--reply-key-src ${reply.sport} --reply-key-dst ${reply.dport}`,
    ]
  if (!hasPorts(p)) return []
  return [
    `--sport ${orig.sport} --dport ${orig.dport}`,
    `--reply-port-src ${reply.sport} --reply-port-dst ${reply.dport}`,
    ...(state === '' ? [] : [`--state ${state}`]),
  ]
}

/** The line, without a newline. */
export function saveLine(conn: ConnView): string {
  const { orig, reply } = conn
  const status = STATUS.filter(([bit]) => conn.status & bit).map(([, name]) => name)
  const name = protoName(orig.protonum)
  const words = [`-A -t ${conn.secondsLeft} -u ${status.join(',') || 'UNSET'}`]
  if (conn.mark !== 0) words.push(`-m ${conn.mark}`)
  if (zoneOfBoth(conn) !== 0) words.push(`-w ${zoneOfBoth(conn)}`)
  else {
    if (conn.zone & 0xffff) words.push(`--orig-zone ${conn.zone & 0xffff}`)
    if (conn.zone >>> 16) words.push(`--reply-zone ${conn.zone >>> 16}`)
  }
  words.push(`-s ${printIpv4(orig.src)} -d ${printIpv4(orig.dst)}`)
  words.push(`-r ${printIpv4(reply.src)} -q ${printIpv4(reply.dst)}`)
  words.push(`-p ${name === 'unknown' ? orig.protonum : name}`, ...layer4(conn))
  return words.join(' ')
}
