/** `conntrack -o xml`. libnetfilter_conntrack src/conntrack/snprintf_xml.c, src/expect/snprintf_xml.c */
import { IPS_ASSURED, IPS_SEEN_REPLY, type ConnView, type Tuple } from '../../kernel/conntrack/conn.ts'
import type { Expectation } from '../../kernel/conntrack/expectation.ts'
import { tupleView } from '../../kernel/conntrack/view.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { printIpv4 } from '../../wire/address.ts'
import { SCTP_STATES } from '../../kernel/conntrack/sctp-states.ts'
import { tcpStateName } from '../../kernel/conntrack/tcp.ts'
import { IPPROTO_SCTP } from '../../wire/packet.ts'
import { EPOCH } from '../iptables/ctime.ts'
import { secondsLeft } from './expect.ts'
import { labelNames, type LabelMap } from './labelmap.ts'
import { ctId, deltaTime, hasPorts, protoName, zoneOfBoth } from './print.ts'

const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
export const XML_CONNTRACK = `${HEAD}<conntrack>\n`
export const XML_EXPECT = `${HEAD}<expect>\n`

const IPPROTO_GRE = 47

const tag = (name: string, text: string | number): string => `<${name}>${text}</${name}>`

function ports(t: Tuple): string {
  if (t.protonum === IPPROTO_GRE)
    return tag('srckey', `0x${t.sport.toString(16)}`) + tag('dstkey', `0x${t.dport.toString(16)}`)
  return hasPorts(t.protonum) ? tag('sport', t.sport) + tag('dport', t.dport) : ''
}

const ends = (t: Tuple): string => tag('src', printIpv4(t.src)) + tag('dst', printIpv4(t.dst))
const layer4 = (t: Tuple, inside: string): string =>
  `<layer4 protonum="${t.protonum}" protoname="${protoName(t.protonum)}">${inside}</layer4>`

function direction(conn: ConnView, dir: 0 | 1): string {
  const t = dir === 0 ? conn.orig : conn.reply
  const id = dir === 0 ? conn.zone & 0xffff : conn.zone >>> 16
  const zone = id !== 0 && zoneOfBoth(conn) === 0 ? tag('zone', id) : ''
  const acct = conn.ext?.acct
  const counters = acct
    ? tag('counters', tag('packets', acct[dir * 2]) + tag('bytes', acct[dir * 2 + 1]))
    : ''
  const layer3 = `<layer3 protonum="2" protoname="ipv4">${ends(t)}</layer3>`
  return `<meta direction="${dir === 0 ? 'original' : 'reply'}">${layer3}${layer4(t, ports(t))}${zone}${counters}</meta>`
}

/** The library names the states of SCTP by TCP's names. */
function stateName({ orig, state }: ConnView): string {
  if (orig.protonum !== IPPROTO_SCTP) return state
  return tcpStateName((SCTP_STATES as readonly string[]).indexOf(state))
}

/** An entry; `now` is lab time. `type`: of an event, which tells less: new, update, destroy. */
export function xmlFlow(
  conn: ConnView,
  now: number,
  ktimestamp = false,
  labels: LabelMap | null = null,
  type = '',
): string {
  const names = labels ? labelNames(labels, conn.ext?.labels ?? []) : []
  const delta = deltaTime(conn, now)
  const start = conn.ext?.start ?? -1
  const born = ktimestamp && start >= 0 ? EPOCH + Math.floor(start / 1_000_000) : null
  const rest = [
    conn.state === '' ? '' : tag('state', stateName(conn)),
    tag('timeout', conn.secondsLeft),
    type !== '' && conn.mark === 0 ? '' : tag('mark', conn.mark),
    names.length === 0 ? '' : tag('labels', names.map((name) => tag('label', name)).join('')),
    zoneOfBoth(conn) ? tag('zone', zoneOfBoth(conn)) : '',
    type === '' ? tag('use', conn.use) : '',
    tag('id', ctId(conn)),
    conn.status & IPS_ASSURED ? '<assured/>' : '',
    conn.status & IPS_SEEN_REPLY ? '' : '<unreplied/>',
    born === null ? '' : tag('timestamp', tag('start', born)),
    delta === null ? '' : tag('deltatime', delta),
  ].join('')
  const helper = conn.ext?.helper ? tag('helper', conn.ext.helper) : ''
  return `<flow${type && ` type="${type}"`}>${direction(conn, 0)}${direction(conn, 1)}<meta direction="independent">${rest}</meta>${helper}</flow>`
}

export function xmlExpectation(k: Kernel, e: Expectation): string {
  const { tuple: t } = e
  const master = tupleView(k.machine.ct, e.slot * 2)
  const whole = { ...t, src: e.srcMask ?? 0xffffffff, dst: 0xffffffff, sport: 0, dport: 65535 }
  const three = (read: (t: Tuple) => string): string =>
    tag('expected', read(t)) + tag('mask', read(whole)) + tag('master', read(master))
  const meta = tag('helper-name', e.helper) + tag('timeout', secondsLeft(k, e)) + tag('class', 0)
  return `<flow><layer3 protonum="2" protoname="ipv4">${three(ends)}</layer3>${layer4(t, three(ports))}<meta>${meta}</meta></flow>`
}
