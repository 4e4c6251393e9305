/**
 * What the tables show of themselves: their names, the matches and targets that rules can have, the lists of recent and
 * hashlimit. Linux: net/netfilter/x_tables.c xt_table_seq_show, xt_mttg_seq_show; xt_recent.c, xt_hashlimit.c
 */
import { hashlimitText, tablesOf as hashlimitTables } from '../kernel/xtables/matches/hashlimit-table.ts'
import { recentText, recentWrite, tablesOf as recentTables } from '../kernel/xtables/matches/recent-table.ts'
import { addProcDir, addProcFile } from './procfs.ts'

const lines = (names: readonly string[]): string => names.map((name) => `${name}\n`).join('')

/** The newest first. */
addProcFile('/proc/net/ip_tables_names', (k) => lines([...k.net.tableOrder].reverse()))

/** As this kernel has them built in, once for each revision, the last to register first. */
const MATCHES =
  'u32 time string statistic state rateest quota pkttype cgroup cgroup cgroup nfacct nfacct limit helper devgroup cpu ' +
  'conntrack conntrack conntrack connlabel connbytes comment bpf bpf connmark mark rpfilter ah tcpmss socket socket socket ' +
  'socket sctp recent recent realm policy physdev owner osf multiport mac length l2tp iprange ipcomp ttl hashlimit hashlimit ' +
  'hashlimit esp ecn tos dscp dccp connlimit cluster addrtype addrtype set set set set set icmp udplite udp tcp'
const TARGETS =
  'NFQUEUE NFQUEUE NFQUEUE NFQUEUE AUDIT DNAT SNAT DNAT SNAT SYNPROXY REJECT ECN ERROR IDLETIMER IDLETIMER TRACE TEE ' +
  'TCPOPTSTRIP TCPMSS TPROXY TPROXY SECMARK SECMARK MASQUERADE REDIRECT RATEEST NFLOG NETMAP LOG HMARK TTL TOS DSCP CT CT CT ' +
  'NOTRACK CONNSECMARK CLASSIFY CHECKSUM DNAT SNAT SET SET SET SET CONNMARK CONNMARK MARK'

addProcFile('/proc/net/ip_tables_matches', () => lines(MATCHES.split(' ')))
addProcFile('/proc/net/ip_tables_targets', () => lines(TARGETS.split(' ')))

addProcDir('/proc/net/xt_recent/', {
  names: (k) => [...recentTables(k).keys()],
  text: (k, name) => {
    const t = recentTables(k).get(name)
    return t ? recentText(t) : ''
  },
  write: (k, name, text) => {
    const t = recentTables(k).get(name)
    return t ? recentWrite(k, t, text) : 'EINVAL'
  },
})

addProcDir('/proc/net/ipt_hashlimit/', {
  names: (k) => [...hashlimitTables(k).keys()],
  text: (k, name) => {
    const t = hashlimitTables(k).get(name)
    return t ? hashlimitText(k, t) : ''
  },
})
