/**
 * help: what can be typed in this lab, and how it is called; man, which says that help is all there is; and the programs
 * that a reader of articles will type and that have no kernel here.
 *
 * bash's `help` tells of its builtins only; this page is the lab's.
 */
import type { Program, Sys } from './program.ts'
import { builtins } from './shell/builtins.ts'

/** Programs by what they are for; one that is in no group is listed under Other. */
const GROUPS: readonly [title: string, names: string][] = [
  [
    'Netfilter',
    'iptables iptables-save iptables-restore ipset conntrack nfct xtables-monitor sysctl dmesg nstat stap perf',
  ],
  [
    'Network',
    'ping curl ab dig dnsperf docker nc hping3 ip bridge ss tc tcpdump traceroute netstat route arp ifconfig hostname uname nproc lsb_release',
  ],
  [
    'Files and text',
    'awk basename cat cut dirname grep head ls mkdir nl paste rev rm sed sort tac tail tee touch tr uniq wc',
  ],
  ['Preparation', 'apt-get apt apt-key yum dnf stap-prep'],
  ['Shell', 'help man clear echo false printf seq sleep test true yes'],
]

/** Not in this lab, and not listed. */
const REFUSED = ['ip6tables', 'ip6tables-save', 'ip6tables-restore', 'ebtables', 'arptables', 'nft']

/** What somebody will type who knows Linux, and what does the same here: nobody types into a program in this lab. */
const INSTEAD: Readonly<Record<string, string>> = {
  vi: "there is no editor; write a file with cat: cat >FILE <<'END', change it with sed -i",
  dropwatch:
    'it asks for commands, and nobody types into a program here; stap --all-modules dropwatch.stp counts the same drops',
  telnet: 'nc HOST PORT opens the same connection; nc -vz HOST PORT only tries',
  tracepath: 'traceroute shows the way, ping -M do -s SIZE what fits through it',
  arping: 'ip neigh flush dev DEVICE, then ping, makes a host ask again; tcpdump -n arp shows it',
  ethtool: 'cards here have no settings but those of ip link; ip -s link counts what passes',
  nmap: 'nc -vz HOST 1-1024 tries ports, hping3 -S -p PORT HOST one by hand',
  tshark: 'tcpdump shows frames; the packet view takes them apart',
  iperf: 'ab -c 50 -n 5000 URL makes load, dnsperf with datagrams',
  nslookup: 'dig NAME asks a server',
  mtr: 'traceroute -n HOST shows the way once',
  lsof: 'ss -ltunp shows sockets and whose they are',
  ufw: 'it writes iptables rules; iptables -S shows those that are there',
  'firewall-cmd': 'it writes rules of netfilter; iptables -S shows those that are there',
  less: 'a terminal here scrolls; use head, tail and grep',
  top: 'nobody types into a program here; perf record -a -g -- sleep 5 and perf report say who has the CPU',
  ps: 'processes are not listed here; jobs shows those of a terminal, ss -ltunp the sockets, docker ps the containers',
  free: 'of memory this lab models the connection table only; grep nf_conntrack /proc/slabinfo shows what it takes',
  mpstat:
    'perf record -a -g -- sleep 5 and perf report say who has the CPU; the charts of the page draw it over time',
  sar: 'nstat shows what the counters have done since the last time, ip -s link the packets of the cards',
  lsmod: 'what a rule needs is there as soon as it is used; iptables -S and conntrack -S show what is in use',
  systemctl: 'nothing is started or stopped here but containers (docker) and programs that are typed',
  journalctl: 'dmesg prints the log of the kernel; nothing else writes one',
  wget: 'curl fetches pages here',
}
const SAME: Readonly<Record<string, string>> = {
  vim: 'vi',
  nano: 'vi',
  emacs: 'vi',
  ed: 'vi',
  more: 'less',
  htop: 'top',
  uptime: 'mpstat',
  vmstat: 'mpstat',
  pidstat: 'mpstat',
  iostat: 'mpstat',
  slabtop: 'free',
  modprobe: 'lsmod',
  service: 'systemctl',
  iperf3: 'iperf',
  host: 'nslookup',
  wireshark: 'tshark',
  insmod: 'lsmod',
  tracepath6: 'tracepath',
  ncat: 'telnet',
  netcat: 'telnet',
}

/** Second names of what is listed, and a name that is no word. */
const UNLISTED = new Set([
  '[',
  'brctl',
  'mawk',
  '.',
  ':',
  'stab-prep',
  ...REFUSED,
  ...Object.keys(INSTEAD),
  ...Object.keys(SAME),
])

const WIDTH = 80

/** A usage line, cut at blanks into lines that fit. */
function wrap(text: string): string {
  const lines: string[] = []
  let line = ' '
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = '     '
    }
    line += ` ${word}`
  }
  return [...lines, line].map((one) => `${one}\n`).join('')
}

function page(sys: Sys): string {
  const listed = sys.programs().filter((program) => !UNLISTED.has(program.name))
  const known = new Map(listed.map((program) => [program.name, program.usage]))
  let text = 'A line that you type runs on this host. These programs are here:\n'
  const section = (title: string, usages: readonly string[]): void => {
    if (usages.length > 0) text += `\n${title}\n${usages.map(wrap).join('')}`
  }
  for (const [title, names] of GROUPS) {
    const here = names.split(' ').filter((name) => known.has(name))
    section(
      title,
      here.map((name) => known.get(name) ?? name),
    )
    for (const name of here) known.delete(name)
  }
  const others = [...known.keys()].filter((name) => !builtins.has(name)).sort()
  section(
    'Other',
    others.map((name) => known.get(name) ?? name),
  )
  section('Shell builtins', [
    [...builtins.keys()]
      .filter((name) => !UNLISTED.has(name))
      .sort()
      .join(' '),
  ])
  return `${text}\nType \`help NAME' for the usage of one. Ctrl-C ends a program that waits.\n`
}

const help: Program = {
  name: 'help',
  usage: 'help [NAME...]',
  start(sys) {
    const names = sys.process.argv.slice(1)
    if (names.length === 0) {
      sys.out(page(sys))
      sys.exit(0)
      return
    }
    const all = sys.programs()
    const found = names.map((name) => builtins.get(name) ?? all.find((program) => program.name === name))
    for (const one of found) if (one) sys.out(`${one.name}: ${one.usage}\n`)
    if (found.some((one) => one !== undefined)) {
      sys.exit(0)
      return
    }
    const name = names[names.length - 1]
    const hint = `Try \`help help' or \`man -k ${name}' or \`info ${name}'.`
    sys.err(`bash: help: no help topics match \`${name}'.  ${hint}\n`)
    sys.exit(1)
  },
  complete: () => GROUPS.flatMap(([, names]) => names.split(' ')),
}

const man: Program = {
  name: 'man',
  usage: 'man NAME',
  start(sys) {
    const name = sys.process.argv.slice(1).find((word) => !word.startsWith('-') && !/^\d$/.test(word))
    if (name === undefined) {
      sys.err("What manual page do you want?\nFor example, try 'man man'.\n")
      sys.exit(1)
    } else if (builtins.has(name) || sys.programs().some((program) => program.name === name)) {
      sys.err(`man: this lab has no manual pages; \`help ${name}' shows the usage.\n`)
      sys.exit(1)
    } else {
      sys.err(`No manual entry for ${name}\n`)
      sys.exit(16)
    }
  },
}

const refused = REFUSED.map((name): Program => ({
  name,
  usage: name,
  start(sys) {
    sys.err(`${name}: not modelled in this lab: IPv4 iptables only\n`)
    sys.exit(1)
  },
}))

const instead = [...Object.keys(INSTEAD), ...Object.keys(SAME)].map((name): Program => ({
  name,
  usage: name,
  start(sys) {
    sys.err(`${name}: not in this lab: ${INSTEAD[SAME[name] ?? name]}\n`)
    sys.exit(1)
  },
}))

export const helpPrograms: readonly Program[] = [help, man, ...refused, ...instead]
