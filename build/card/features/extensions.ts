/** Matches, targets and sysctls: one row for each that is registered, so that none can be forgotten. */
import '../../../src/kernel/xtables/matches/index.ts'
import '../../../src/kernel/xtables/targets/index.ts'
import { MATCHES, TARGETS } from '../../../src/kernel/xtables/modules.ts'
import { CONF_SYSCTLS, SYSCTLS } from '../../../src/kernel/sysctl.ts'
import type { FeatureRule, SectionRule } from '../feature.ts'
import { list, read } from '../source.ts'

const sources = ['matches', 'targets'].flatMap((folder) =>
  list(`src/kernel/xtables/${folder}`, '.ts').map((file) => ({
    file: file.slice('src/'.length),
    text: read(file),
  })),
)

/** The file of an extension and its declaration there: `kernel/xtables/matches/spi.ts esp`. */
function sourceOf(name: string, folder: string): string[] {
  const declared = new RegExp(
    `export const (${name}): |export const (${name}) =|export const (\\w+):[^]{0,80}?name: '${name}'`,
  )
  return sources
    .filter(({ file }) => file.includes(`/${folder}/`))
    .flatMap(({ file, text }) => {
      const found = declared.exec(text)
      return found === null ? [] : [`${file} ${found[1] ?? found[2] ?? found[3]}`]
    })
    .slice(0, 1)
}

function match(name: string): FeatureRule {
  return {
    id: `match.${name}`,
    code: `-m ${name}`,
    model: sourceOf(name, 'matches'),
    held: (s) => s.rules.some((r) => r.matches.has(name)),
    line: new RegExp(`-m ${name}( |;|$)`),
    command: new RegExp(`iptables.*-m ${name}( |$)`),
  }
}

function target(name: string): FeatureRule {
  return {
    id: `target.${name}`,
    code: `-j ${name}`,
    model: sourceOf(name, 'targets'),
    held: (s) => s.rules.some((r) => r.target === name),
    line: new RegExp(`-j ${name}( |;|$)`),
    command: new RegExp(`iptables.*-j ${name}( |$)`),
  }
}

export const matches: SectionRule = { id: 'matches', features: [...MATCHES.keys()].sort().map(match) }
export const targets: SectionRule = { id: 'targets', features: [...TARGETS.keys()].sort().map(target) }

/** They are there, so that the names are; nothing in the model reads them. */
export const INERT = /icmpv6|frag6|arptables|ip6tables|pppoe|vlan/

function sysctl(name: string, pattern: string): FeatureRule {
  return {
    id: `sysctl.${name}`,
    code: name,
    ...(INERT.test(name) && { inert: true }),
    model: ['kernel/sysctl.ts'],
    held: (s) =>
      s.types(new RegExp(`${pattern}=`)) ||
      (s.file.global ?? {})[name.slice('net.netfilter.'.length)] !== undefined,
    command: new RegExp(`${pattern}(?![\\w-])`),
  }
}

const literal = (name: string): string => name.replaceAll('.', '[./]')

export const sysctls: SectionRule = {
  id: 'sysctls',
  features: [
    ...SYSCTLS.map(({ name }) => sysctl(name, literal(name))),
    ...CONF_SYSCTLS.map(({ name }) =>
      sysctl(`net.ipv4.conf.*.${name}`, `net[./]ipv4[./]conf[./]\\S+[./]${name}`),
    ),
  ],
}

/** What iptables 1.8.9 of Debian 12 can load for IPv4. */
const IPTABLES_MATCHES =
  'addrtype ah bpf cgroup cluster comment connbytes connlabel connlimit connmark conntrack cpu dccp devgroup dscp ecn esp hashlimit helper icmp ipcomp iprange ipvs length limit mac mark multiport nfacct osf owner physdev pkttype policy quota rateest realm recent rpfilter sctp set socket state statistic string tcp tcpmss time tos ttl u32 udp'
const IPTABLES_TARGETS =
  'AUDIT CHECKSUM CLASSIFY CLUSTERIP CONNMARK CONNSECMARK CT DNAT DSCP ECN HMARK IDLETIMER LED LOG MARK MASQUERADE NETMAP NFLOG NFQUEUE NOTRACK RATEEST REDIRECT REJECT SECMARK SET SNAT SYNPROXY TCPMSS TCPOPTSTRIP TEE TOS TPROXY TRACE TTL ULOG'

export const missing = {
  matches: IPTABLES_MATCHES.split(' ').filter((name) => !MATCHES.has(name)),
  targets: IPTABLES_TARGETS.split(' ').filter((name) => !TARGETS.has(name)),
}
