/**
 * iptables-save's text as a script for nft, line by line as iptables-restore-translate 1.8.9 writes it. Rules that cannot
 * be said stay as remarks and are named.
 *
 * iptables, iptables/xtables-translate.c; nft-ipv4.c nft_ipv4_xlate
 */
import { splitLine } from '../../../userspace/iptables/restore-line.ts'
import { MATCHES } from './matches.ts'
import { TARGETS } from './targets.ts'
import { ne, quote, type Extension, type Option } from './words.ts'

export interface Translated {
  text: string
  /** Lines of iptables-save that are not said in nft, from 1. */
  left: { line: number; text: string }[]
}

const HOOKS: Readonly<Record<string, string>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 0 }

function chain(table: string, name: string, policy: string): string {
  const hook = HOOKS[name]
  if (hook === undefined || policy === '-') return `add chain ip ${table} ${name}`
  const nat = name === 'PREROUTING' || name === 'OUTPUT' ? -100 : 100
  const priority = table === 'nat' ? nat : PRIORITIES[table]
  const type = table === 'nat' ? 'nat' : table === 'mangle' && name === 'OUTPUT' ? 'route' : 'filter'
  return `add chain ip ${table} ${name} { type ${type} hook ${hook} priority ${priority}; policy ${policy.toLowerCase()}; }`
}

/** A script that builds the tables. */
export function toNft(saved: string): Translated {
  const out: string[] = []
  const left: Translated['left'] = []
  let table = ''
  saved.split('\n').forEach((line, i) => {
    if (line.startsWith('*')) {
      table = line.slice(1)
      out.push(`add table ip ${table}`)
    } else if (line.startsWith(':')) {
      const [name, policy] = line.slice(1).split(' ')
      out.push(chain(table, name, policy))
    } else if (/^(\[\d+:\d+\] )?-A /.test(line)) {
      const text = line.replace(/^\[\d+:\d+\] /, '')
      const [, name, ...words] = splitLine(`${text}\n`)
      const said = rule(words)
      if (said === null) {
        left.push({ line: i + 1, text })
        out.push(`# -t ${table} ${text} `)
      } else out.push(`add rule ip ${table} ${name} ${said}`)
    }
  })
  return { text: out.map((l) => `${l}\n`).join(''), left }
}

interface Read {
  options: Map<string, { not: boolean; value: string }>
  matches: Extension[]
  target: Extension | null
  /** -g */
  goto: boolean
  comment: string | null
}

const OWN = new Set(['-s', '-d', '-i', '-o', '-p', '-f'])

/** The words of a rule by what they belong to. */
function read(words: readonly string[]): Read {
  const out: Read = { options: new Map(), matches: [], target: null, goto: false, comment: null }
  let current: Extension | null = null
  let last: Option | null = null
  let not = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === '!' && words[i + 1]?.startsWith('-')) not = true
    else if (OWN.has(word) && current === null) {
      out.options.set(word, { not, value: word === '-f' ? '' : words[++i] })
      not = false
    } else if (word === '-m' || word === '-j' || word === '-g') {
      current = { name: words[++i], options: [] }
      last = null
      if (word === '-m') out.matches.push(current)
      else {
        out.target = current
        out.goto = word === '-g'
      }
    } else if (word.startsWith('--') && current !== null) {
      last = { name: word, not, values: [] }
      current.options.push(last)
      not = false
    } else last?.values.push(word)
  }
  return out
}

const PROTOCOLS = new Set(['tcp', 'udp', 'icmp', 'esp', 'ah', 'sctp', 'dccp', 'udplite', 'ipcomp', 'gre'])

/** An address with a mask that is no prefix is compared bit by bit. */
function address(said: string, o: { not: boolean; value: string }): string {
  const [addr, mask = '32'] = o.value.split('/')
  if (mask.includes('.')) return `ip ${said} & ${mask} ${o.not ? '!=' : '=='} ${addr}`
  return `ip ${said} ${ne(o)}${addr}${mask === '32' ? '' : `/${mask}`}`
}

const interfaceName = (said: string, o: { not: boolean; value: string }): string =>
  `${said} ${ne(o)}${quote(o.value.replace(/\+$/, '*'))}`

/** null: not all of it can be said. */
function rule(words: readonly string[]): string | null {
  const r = read(words)
  const parts: string[] = []
  const get = (name: string) => r.options.get(name)
  const [iif, oif, frag, proto, src, dst] = ['-i', '-o', '-f', '-p', '-s', '-d'].map(get)
  if (iif) parts.push(interfaceName('iifname', iif))
  if (oif) parts.push(interfaceName('oifname', oif))
  if (frag?.not) return null
  if (frag) parts.push('ip frag-off & 0x1fff != 0')
  const said: string[] = []
  let ofProtocol = false
  for (const m of r.matches) {
    if (m.name === 'comment') {
      r.comment = m.options[0]?.values[0] ?? ''
      continue
    }
    const text = MATCHES[m.name]?.(m, proto?.value ?? '') ?? null
    if (text === null) return null
    if (m.name === proto?.value && text !== '') ofProtocol = true
    if (text !== '') said.push(text)
  }
  if (proto && !ofProtocol) {
    // A number that nft has no name for.
    if (!PROTOCOLS.has(proto.value)) return null
    parts.push(`ip protocol ${ne(proto)}${proto.value}`)
  }
  if (src) parts.push(address('saddr', src))
  if (dst) parts.push(address('daddr', dst))
  parts.push(...said, 'counter')
  if (r.target) {
    const known = TARGETS[r.target.name]
    const text = known ? known(r.target, proto?.value ?? '') : `${r.goto ? 'goto' : 'jump'} ${r.target.name}`
    if (text === null || (!known && (r.target.options.length > 0 || EXTENSIONS.test(r.target.name))))
      return null
    parts.push(text)
  }
  if (r.comment !== null) parts.push(`comment ${quote(r.comment)}`)
  return parts.join(' ')
}

/** Targets that have no words in nft, and are no chains. */
const EXTENSIONS = /^(CHECKSUM|ECN|HMARK|IDLETIMER|NETMAP|RATEEST|SET|TCPOPTSTRIP|TOS|TPROXY|TRACE|TTL)$/
