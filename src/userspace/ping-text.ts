/** The words of ping: times, what an ICMP message says, the statistics. iputils 20221126, ping.c and ping_common.c */
import { printIpv4 } from '../wire/address.ts'

/** What has come in so far. Times are microseconds. */
export interface Tally {
  sent: number
  received: number
  repeats: number
  errors: number
  /** Most probes that were on the way at once. */
  pipe: number
  min: number
  max: number
  sum: number
  sum2: number
  /** Eight times the moving average. */
  ewma: number
}

export function newTally(): Tally {
  return {
    sent: 0,
    received: 0,
    repeats: 0,
    errors: 0,
    pipe: -1,
    min: Infinity,
    max: 0,
    sum: 0,
    sum2: 0,
    ewma: 0,
  }
}

export function count(t: Tally, us: number): void {
  t.sum += us
  t.sum2 += us * us
  t.min = Math.min(t.min, us)
  t.max = Math.max(t.max, us)
  t.ewma = t.ewma === 0 ? us * 8 : t.ewma + us - Math.trunc(t.ewma / 8)
}

/** The time of a reply: three digits that mean something. */
export function tripTime(us: number): string {
  const cut = (n: number, unit: number, digits: number): string =>
    `${Math.trunc(n / 1000)}.${String(Math.trunc((n % 1000) / unit)).padStart(digits, '0')}`
  if (us >= 100_000 - 50) return `${Math.trunc((us + 500) / 1000)}`
  if (us >= 10_000 - 5) return cut(us + 50, 100, 1)
  if (us >= 1000) return cut(us + 5, 10, 2)
  return cut(us, 1, 3)
}

const UNREACHABLE = [
  'Destination Net Unreachable',
  'Destination Host Unreachable',
  'Destination Protocol Unreachable',
  'Destination Port Unreachable',
  '',
  'Source Route Failed',
  'Destination Net Unknown',
  'Destination Host Unknown',
  'Source Host Isolated',
  'Destination Net Prohibited',
  'Destination Host Prohibited',
  'Destination Net Unreachable for Type of Service',
  'Destination Host Unreachable for Type of Service',
  'Packet filtered',
  'Precedence Violation',
  'Precedence Cutoff',
]

const REDIRECT = [
  'Redirect Network',
  'Redirect Host',
  'Redirect Type of Service and Network',
  'Redirect Type of Service and Host',
]

/** What an ICMP error says; `info` is its second word: an MTU, a gateway, a pointer. */
export function icmpText(type: number, code: number, info: number): string {
  switch (type) {
    case 3:
      if (code === 4) return `Frag needed and DF set (mtu = ${info})`
      return UNREACHABLE[code] ?? `Dest Unreachable, Bad Code: ${code}`
    case 4:
      return 'Source Quench'
    case 5:
      return `${REDIRECT[code] ?? `Redirect, Bad Code: ${code}`}(New nexthop: ${printIpv4(info)})`
    case 11:
      if (code === 0) return 'Time to live exceeded'
      return code === 1 ? 'Frag reassembly time exceeded' : `Time exceeded, Bad Code: ${code}`
    case 12:
      return `Parameter problem: pointer = ${info}`
    default:
      return `Bad ICMP type: ${type}`
  }
}

const ms = (us: number): string => `${Math.trunc(us / 1000)}.${String(us % 1000).padStart(3, '0')}`

/** llsqrt(): the root as whole microseconds. */
function deviation(t: Tally, average: number): number {
  const total = t.received + t.repeats
  const variance =
    t.sum < 2_147_483_647
      ? Math.trunc((t.sum2 - Math.trunc((t.sum * t.sum) / total)) / total)
      : Math.trunc(t.sum2 / total - average * average)
  return Math.floor(Math.sqrt(Math.max(0, variance)))
}

/** The block at the end. `time`: from the first probe to the last, µs; `flood`: the interval was 0. */
export function statistics(host: string, t: Tally, time: number, timing: boolean, flood: boolean): string {
  let text = `\n--- ${host} ping statistics ---\n${t.sent} packets transmitted, ${t.received} received`
  if (t.repeats > 0) text += `, +${t.repeats} duplicates`
  if (t.errors > 0) text += `, +${t.errors} errors`
  if (t.sent > 0) {
    const loss = Number(Math.fround(((t.sent - t.received) * 100) / t.sent).toPrecision(6))
    text += `, ${loss}% packet loss, time ${Math.trunc((time + 500) / 1000)}ms`
  }
  const last: string[] = []
  if (t.received > 0 && timing) {
    const average = Math.trunc(t.sum / (t.received + t.repeats))
    const values = [t.min, average, t.max, deviation(t, average)].map(ms)
    last.push(`rtt min/avg/max/mdev = ${values.join('/')} ms`)
  }
  if (t.pipe > 1) last.push(`pipe ${t.pipe}`)
  if (t.received > 0 && flood && t.sent > 1)
    last.push(`ipg/ewma ${ms(Math.trunc(time / (t.sent - 1)))}/${ms(Math.trunc(t.ewma / 8))} ms`)
  return `${text}\n${last.join(', ')}\n`
}
