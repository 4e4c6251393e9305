/** Every program that can be typed, by its name. To add one: write it, and put it into the list here. */
import './core.ts'
import '../kernel/article.ts'
import '../kernel/bridge.ts'
import '../kernel/frag.ts'
import '../kernel/heard.ts'
import '../kernel/multipath.ts'
import '../kernel/tcp/both-open.ts'
import '../kernel/tcp/mtu.ts'
import '../kernel/tcp/out-of-order.ts'
import '../kernel/tcp/zero-window.ts'
import { brctl } from './brctl.ts'
import { conntrack } from './conntrack/conntrack.ts'
import './conntrack/modules.ts'
import './conntrack/proc.ts'
import { nfct } from './conntrack/nfct.ts'
import { ab } from './ab/ab.ts'
import { bridge } from './bridge.ts'
import { dmesg } from './dmesg.ts'
import { dig } from './dns/dig.ts'
import { dnsperf } from './dns/dnsperf.ts'
import { docker } from './docker/docker.ts'
import { helpPrograms } from './help.ts'
import { iptables, iptablesRestore, iptablesSave } from './iptables/index.ts'
import { ip } from './ip/ip.ts'
import { ipset } from './ipset/ipset.ts'
import { xtablesMonitor } from './monitor/xtables-monitor.ts'
import { machinePrograms } from './machine.ts'
import { nc } from './nc/nc.ts'
import { hping3 } from './hping/hping3.ts'
import { packagePrograms } from './packages.ts'
import { perf } from './perf/perf.ts'
import { ping } from './ping.ts'
import { tcpdump } from './tcpdump/tcpdump.ts'
import { netTools } from './net-tools/index.ts'
import { nstat } from './snmp/nstat.ts'
import { ss } from './ss/ss.ts'
import { stap } from './stap/stap.ts'
import { tc } from './tc/tc.ts'
import './proc-net.ts'
import { traceroute } from './traceroute/traceroute.ts'
import type { Program } from './program.ts'
import { install } from './programs.ts'
import { shellPrograms } from './shell/index.ts'
import { sysctl } from './sysctl/sysctl.ts'
import { textPrograms } from './text/index.ts'
import { unamePrograms } from './uname.ts'

const rest: readonly Program[] = [
  ...shellPrograms,
  ...textPrograms,
  iptables,
  iptablesSave,
  iptablesRestore,
  ip,
  bridge,
  ipset,
  brctl,
  traceroute,
  sysctl,
  conntrack,
  nfct,
  nc,
  xtablesMonitor,
  hping3,
  ping,
  ab,
  dig,
  dnsperf,
  docker,
  dmesg,
  ...netTools,
  nstat,
  perf,
  ss,
  stap,
  tc,
  tcpdump,
  ...helpPrograms,
  ...unamePrograms,
  ...machinePrograms,
  ...packagePrograms,
]
install(rest)

export { programs } from './programs.ts'
