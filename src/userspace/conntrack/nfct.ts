/**
 * nfct(8): timeout policies for `-j CT --timeout`.
 *
 * conntrack-tools 1.4.7, src/nfct.c, src/nfct-extensions/timeout.c; Linux: net/netfilter/nfnetlink_cttimeout.c
 * Left out: helpers in userspace, `nfct default-set`, IPv6
 */
import type { TimeoutPolicy } from '../../kernel/conntrack/expectation.ts'
import { readSysctl } from '../../kernel/sysctl-access.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { Program, Sys } from '../program.ts'
import { atoi } from './values.ts'

const USAGE = 'Usage: nfct command subsystem [parameters]...\n'
const SYNTAX = 'syntax: nfct add timeout name family protocol state1 timeout1 ...\n'
const VERSION = 'nfct v1.4.7'

/** State names, and the sysctl that gives each its default ('': it is fixed). */
const PROTOCOLS: Readonly<Record<string, { l4proto: number; states: readonly [string, string][] }>> = {
  tcp: {
    l4proto: 6,
    states: [
      ...'SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE'
        .split(' ')
        .map((name): [string, string] => [name, `tcp_timeout_${name.toLowerCase()}`]),
      ['SYN_SENT2', ''],
      ['RETRANS', 'tcp_timeout_max_retrans'],
      ['UNACKNOWLEDGED', 'tcp_timeout_unacknowledged'],
    ],
  },
  udp: {
    l4proto: 17,
    states: [
      ['UNREPLIED', 'udp_timeout'],
      ['REPLIED', 'udp_timeout_stream'],
    ],
  },
  udplite: {
    l4proto: 136,
    states: [
      ['UNREPLIED', 'udp_timeout'],
      ['REPLIED', 'udp_timeout_stream'],
    ],
  },
  gre: {
    l4proto: 47,
    states: [
      ['UNREPLIED', 'gre_timeout'],
      ['REPLIED', 'gre_timeout_stream'],
    ],
  },
  sctp: {
    l4proto: 132,
    // The program does not know of HEARTBEAT_SENT.
    states: 'CLOSED COOKIE_WAIT COOKIE_ECHOED ESTABLISHED SHUTDOWN_SENT SHUTDOWN_RECD SHUTDOWN_ACK_SENT'
      .split(' ')
      .map((name): [string, string] => [name, `sctp_timeout_${name.toLowerCase()}`]),
  },
  icmp: { l4proto: 1, states: [['TIMEOUT', 'icmp_timeout']] },
  generic: { l4proto: 255, states: [['TIMEOUT', 'generic_timeout']] },
}
const SYN_SENT2_SECONDS = 120

class Stop extends Error {}

function defaults(k: Kernel, protocol: string): number[] {
  return PROTOCOLS[protocol].states.map(([, sysctl]) =>
    sysctl === '' ? SYN_SENT2_SECONDS : (readSysctl(k, `net.netfilter.nf_conntrack_${sysctl}`) ?? 0),
  )
}

const nameOf = (l4proto: number): string =>
  Object.keys(PROTOCOLS).find((name) => PROTOCOLS[name].l4proto === l4proto) ?? 'generic'

function body(l4proto: number, seconds: readonly number[]): string {
  const states = PROTOCOLS[nameOf(l4proto)].states.map(([name], i) => `\t\t.${name} = ${seconds[i]},\n`)
  return `\t.l3proto = 2,\n\t.l4proto = ${l4proto},\n\t.policy = {\n${states.join('')}\t},\n};\n`
}

const text = (p: TimeoutPolicy): string => `.${p.name} = {\n${body(p.l4proto, p.seconds)}`

/** Is a rule using it? */
function inUse(k: Kernel, name: string): boolean {
  return (k.net.tables.raw?.chains ?? []).some((chain) =>
    chain.rules.some(({ target }) => {
      const data = target.kind === 'target' ? target.use.data : null
      return typeof data === 'object' && data !== null && 'policy' in data && data.policy === name
    }),
  )
}

function netlinkError(why: string): never {
  throw new Stop(`${VERSION}: netlink error: ${why}\n`)
}

function add(k: Kernel, words: readonly string[]): void {
  const [name, family, protocol, ...rest] = words
  if (words.length < 3) throw new Stop(`${VERSION}: missing parameters\n${SYNTAX}`)
  if (family !== 'inet') throw new Stop(`${VERSION}: unknown layer 3 protocol\n`)
  // The program knows it, the kernel does not any more.
  if (protocol === 'dccp') netlinkError('Operation not supported')
  const known = Object.hasOwn(PROTOCOLS, protocol) ? PROTOCOLS[protocol] : null
  if (!known) throw new Stop(`${VERSION}: unknown layer 4 protocol\n`)
  const seconds = defaults(k, protocol)
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const at = known.states.findIndex(([state]) => state.toLowerCase() === rest[i].toLowerCase())
    if (at < 0) throw new Stop(`${VERSION}: Wrong state name: \`${rest[i]}' for protocol \`${protocol}'\n`)
    seconds[at] = atoi(rest[i + 1])
  }
  const policies = k.net.timeoutPolicies
  if (policies.some((p) => p.name === name)) netlinkError('Device or resource busy')
  policies.push({ name, l4proto: known.l4proto, seconds })
}

function run(sys: Sys, argv: readonly string[]): void {
  const [command, subsystem, ...words] = argv
  const { k } = sys
  if (!['list', 'add', 'get', 'delete', 'flush', 'default-get'].includes(command)) throw new Stop(USAGE)
  if (subsystem !== 'timeout') throw new Stop(`${VERSION}: Unknown subsystem: ${command}\n${USAGE}`)
  const policies = k.net.timeoutPolicies
  const named = policies.findIndex((p) => p.name === words[0])
  switch (command) {
    case 'add':
      add(k, words)
      break
    case 'list':
      for (const p of policies) sys.out(text(p))
      break
    case 'flush':
      k.net.timeoutPolicies = policies.filter((p) => inUse(k, p.name))
      break
    case 'default-get': {
      const protocol = words[1] ?? ''
      if (!Object.hasOwn(PROTOCOLS, protocol)) throw new Stop(`${VERSION}: unknown layer 4 protocol\n`)
      sys.out(body(PROTOCOLS[protocol].l4proto, defaults(k, protocol)))
      break
    }
    default:
      if (named < 0) netlinkError('No such file or directory')
      if (command === 'get') sys.out(text(policies[named]))
      else if (inUse(k, words[0])) netlinkError('Device or resource busy')
      else policies.splice(named, 1)
  }
}

export const nfct: Program = {
  name: 'nfct',
  usage: 'nfct {add|list|get|delete|flush|default-get} timeout [NAME inet PROTO [STATE SECONDS]...]',
  start(sys) {
    try {
      run(sys, sys.process.argv.slice(1))
      sys.exit(0)
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      sys.err(error.message)
      sys.exit(1)
    }
  },
}
