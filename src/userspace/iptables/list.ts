/** Listings. Linux: iptables, iptables/xshared.c (print_header, print_rule_details, ..), iptables.c print_firewall */
import { maskBits, printIpv4, type Ipv4 } from '../../wire/address.ts'
import type { Names } from '../../kernel/xtables/extension.ts'
import { MATCHES } from '../../kernel/xtables/matches/index.ts'
import { protocolText } from '../../kernel/xtables/names.ts'
import type { Chain, Rule, RuleTarget } from '../../kernel/xtables/rule.ts'
import { TARGETS } from '../../kernel/xtables/targets/index.ts'
import { oldPrint, oldProtocol } from './old.ts'

export interface Format {
  counters: boolean
  /** Interfaces. */
  via: boolean
  numeric: boolean
  /** 12K instead of 12345. */
  short: boolean
  numbers: boolean
  /** In columns; without: the line that `-v -A` echoes. */
  columns: boolean
}

/** A counter. Linux: iptables, libxtables/xtables.c xtables_print_num */
export function printNum(n: number, format: Format): string {
  const pad = (text: string, width: number): string => (format.columns ? text.padStart(width) : text) + ' '
  if (!format.short) return pad(String(n), 8)
  if (n <= 99999) return pad(String(n), 5)
  for (const unit of 'KMG') {
    n = Math.floor((n + 500) / 1000)
    if (n <= 9999) return pad(`${n}${unit}`, 5)
  }
  return pad(`${Math.floor((n + 500) / 1000)}T`, 5)
}

export function printHeader(chain: Chain, references: number, format: Format): string {
  let out = `Chain ${chain.name}`
  if (chain.policy !== null) {
    const plain = { ...format, columns: false }
    out += ` (policy ${chain.policy}`
    if (format.counters) out += ` ${printNum(chain.pkts, plain)}packets, ${printNum(chain.bytes, plain)}bytes`
    out += ')\n'
  } else out += ` (${references} references)\n`
  if (format.numbers) out += 'num  '
  if (format.counters) out += format.short ? ' pkts bytes ' : '    pkts      bytes '
  out += 'target     prot opt'
  if (format.via) out += ' in     out    '
  return `${out} source               destination         \n`
}

/** What /etc/networks says on a usual host. Linux: iptables, libxtables/xtables.c ipaddr_to_network */
const NETWORKS: ReadonlyMap<Ipv4, string> = new Map([
  [0, 'default'],
  [0x7f000000, 'loopback'],
  [0xa9fe0000, 'link-local'],
])

function address(addr: Ipv4, mask: number, numeric: boolean, names: Names): string {
  if (mask === 0 && !numeric) return 'anywhere'
  const named = numeric ? null : (names.nameOf(addr) ?? NETWORKS.get(addr))
  const host = named ?? printIpv4(addr)
  const bits = maskBits(mask)
  return host + (bits === 32 ? '' : `/${bits ?? printIpv4(mask)}`)
}

/** The word in the column `target`: the kernel's name of an extension, so `CT` for NOTRACK. */
export function targetName(target: RuleTarget): string {
  switch (target.kind) {
    case 'none':
      return ''
    case 'verdict':
      return target.verdict
    case 'jump':
    case 'goto':
      return target.chain
    case 'target':
      return target.use.name
  }
}

function iface(name: string, invert: boolean, any: string): string {
  return `${invert ? '!' : ''}${name === '' ? any : name}`.slice(0, 17)
}

function protocolColumn(protocol: number, { numeric, columns }: Format): string {
  const name = protocolText(protocol, numeric)
  return (numeric && columns) || name === null ? String(protocol) : name
}

/** Names, with or without -n. Linux: iptables 1.6.1, iptables/iptables.c print_firewall */
function oldColumn(protocol: number, { numeric, columns }: Format): string {
  const name = (numeric ? oldProtocol(protocol) : protocolText(protocol, false)) ?? String(protocol)
  return columns ? name.padEnd(5) : `${name} `
}

/** A rule as a line, without its end. */
export function printRule(rule: Rule, number: number, format: Format, names: Names, old = false): string {
  const { ip } = rule
  const { columns, numeric } = format
  const col = (text: string, width: number): string => (columns ? text.padEnd(width) : text)
  let out = ''
  if (format.numbers) out += `${col(String(number), 4)} `
  if (format.counters) out += printNum(rule.pkts, format) + printNum(rule.bytes, format)
  out += `${col(targetName(rule.target), 9)} `
  out += ip.not.protocol ? '!' : ' '
  out += old ? oldColumn(ip.protocol, format) : `${col(protocolColumn(ip.protocol, format), 4)} `
  out += `${columns ? '' : 'opt '}${ip.not.fragment ? '!' : '-'}${ip.fragment ? 'f' : '-'} `
  if (format.via) {
    const any = numeric ? '*' : 'any'
    const indev = iface(ip.iniface, ip.not.iniface, any)
    const outdev = iface(ip.outiface, ip.not.outiface, any)
    out += columns ? ` ${indev.padEnd(6)} ${outdev.padEnd(6)} ` : `in ${indev} out ${outdev} `
  }
  const src = address(ip.src, ip.srcMask, numeric, names)
  const dst = address(ip.dst, ip.dstMask, numeric, names)
  out += `${ip.not.src ? '!' : ' '}${col(src, 19)} `
  out += `${ip.not.dst ? '!' : ' '}${columns ? `${dst.padEnd(19)} ` : `-> ${dst}`}`
  if (!columns) out += '  '
  if (rule.target.kind === 'goto') out += '[goto] '
  const said = (name: string, text = ''): string => (old ? oldPrint(name, text) : text)
  for (const use of rule.matches)
    out += said(use.name, MATCHES.get(use.name)?.print(use.data, numeric, ip, names))
  if (rule.target.kind === 'target') {
    const { use } = rule.target
    out += said(use.name, TARGETS.get(use.name)?.print(use.data, numeric, ip, names))
  }
  return out
}
