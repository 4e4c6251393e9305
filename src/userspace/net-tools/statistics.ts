/** netstat -s: the SNMP counters in words. net-tools 2.10, statistics.c */
import type { Kernel } from '../../kernel/kernel.ts'
import { netstat, snmp, type Group } from '../snmp/values.ts'
import { ALWAYS, SENTENCES } from './sentences.ts'

/** Settings, of which only the first is shown. */
const HIDDEN = new Set(['DefaultTTL', 'RtoAlgorithm', 'RtoMin', 'RtoMax', 'MaxConn'])

/** Of which groups -t, -u and -w ask. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  t: ['Tcp', 'TcpExt'],
  u: ['Udp'],
  w: ['Ip', 'Icmp'],
}
/** What comes with each of them. */
const ANYWAY = ['IcmpMsg', 'UdpLite', 'IpExt', 'MPTcpExt']

/** ICMP's input and output are lists of their own, by the names of their counters. */
function histogram(group: string, name: string): string {
  if (group !== 'Icmp' || /Msgs$|Errors$|RateLimit/.test(name)) return ''
  return name.startsWith('In') ? 'ICMP input histogram:' : 'ICMP output histogram:'
}

function groupText({ name: group, counters }: Group): string {
  let text = `${group}:\n`
  let list = ''
  const sentences: Readonly<Record<string, string | undefined>> = SENTENCES[group] ?? {}
  for (const [name, value] of counters) {
    if (HIDDEN.has(name)) continue
    const sentence = sentences[name]
    const under = sentence === undefined ? '' : histogram(group, name)
    if (under !== '' && under !== list) text += `    ${under}\n`
    if (sentence !== undefined) list = under
    if (value === 0 && ALWAYS[group]?.includes(name) !== true) continue
    const indent = ' '.repeat(group === 'IcmpMsg' || under !== '' ? 8 : 4)
    text += indent + (sentence?.replace('%', String(value)) ?? `${name}: ${value}`) + '\n'
  }
  return text
}

/** `letters`: which of t, u, w, U are asked for; none: all. */
export function statistics(k: Kernel, letters: readonly string[]): string {
  const wanted = new Set([...ANYWAY, ...letters.flatMap((l) => GROUPS[l] ?? [])])
  return [...snmp(k), ...netstat(k)]
    .filter(({ name }) => letters.length === 0 || wanted.has(name))
    .map(groupText)
    .join('')
}
