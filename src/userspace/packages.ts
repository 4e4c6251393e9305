/**
 * Package managers: what the article types to prepare its machines. This lab fetches nothing, and says so: its programs
 * are there from the start, so that installing one that it has changes nothing, and one that it has not cannot be had.
 *
 * man 8 apt-get, yum, stap-prep; man 1 lsb_release
 */
import type { Program, Sys } from './program.ts'

/** Packages and what they bring: a program of this lab, or '' for what the lab's kernel has by itself. */
const PACKAGES: Readonly<Record<string, string>> = {
  'docker.io': 'docker',
  'docker-ce': 'docker',
  docker: 'docker',
  tcpdump: 'tcpdump',
  curl: 'curl',
  'apache2-utils': 'ab',
  dnsperf: 'dnsperf',
  dnsutils: 'dig',
  'bind9-dnsutils': 'dig',
  'bind-utils': 'dig',
  'httpd-tools': 'ab',
  systemtap: 'stap',
  'systemtap-runtime': 'stap',
  iptables: 'iptables',
  conntrack: 'conntrack',
  'conntrack-tools': 'conntrack',
  ipset: 'ipset',
  iproute2: 'ip',
  iproute: 'ip',
  procps: 'sysctl',
  'net-tools': 'netstat',
  traceroute: 'traceroute',
  'bridge-utils': 'brctl',
  hping3: 'hping3',
  'iputils-ping': 'ping',
  netcat: 'nc',
  'netcat-openbsd': 'nc',
  nmap: 'nc',
  gawk: 'awk',
  mawk: 'awk',
  perf: 'perf',
  'linux-perf': 'perf',
  'linux-tools-common': 'perf',
  'linux-tools-generic': 'perf',
  'ubuntu-dbgsym-keyring': '',
  'kernel-devel': '',
  'yum-utils': '',
  kernel: '',
}

const NOTE = 'this lab fetches nothing; its programs are here from the start'

/** Is what a package brings here already? Symbols of a kernel are. */
function isHere(sys: Sys, name: string): boolean {
  if (/^linux-(image|tools|headers)-.*/.test(name) && !(name in PACKAGES)) return true
  const program = Object.hasOwn(PACKAGES, name) ? PACKAGES[name] : undefined
  return program === '' || (program !== undefined && sys.programs().some((p) => p.name === program))
}

/** The words that are no options. */
const operands = (words: readonly string[]): string[] => words.filter((word) => !word.startsWith('-'))

function aptInstall(sys: Sys, names: readonly string[]): void {
  sys.out(
    'Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n',
  )
  const missing = names.filter((name) => !isHere(sys, name))
  for (const name of missing) sys.err(`E: Unable to locate package ${name}\n`)
  if (missing.length > 0) {
    sys.err(`apt: ${NOTE}\n`)
    sys.exit(100)
    return
  }
  for (const name of names) sys.out(`${name} is already the newest version (of this lab).\n`)
  sys.out('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n')
  sys.err(`apt: ${NOTE}\n`)
  sys.exit(0)
}

const apt = (name: string): Program => ({
  name,
  usage: `${name} {install|update} [-y] [PACKAGE...]`,
  start(sys) {
    const [command, ...names] = operands(sys.process.argv.slice(1))
    if (command === 'install') aptInstall(sys, names)
    else if (command === 'update' || command === 'upgrade') {
      sys.out('Reading package lists... Done\n')
      sys.err(`apt: ${NOTE}\n`)
      sys.exit(0)
    } else {
      sys.err(
        (command as string | undefined) === undefined
          ? `Usage: ${name} command [options]\n`
          : `E: Invalid operation ${command}\n`,
      )
      sys.exit(100)
    }
  },
  complete: (_words, index) => (index === 1 ? ['install', 'update'] : []),
})

const yum = (name: string): Program => ({
  name,
  usage: `${name} install [-y] PACKAGE...`,
  start(sys) {
    const [command, ...names] = operands(sys.process.argv.slice(1))
    if (command !== 'install') {
      sys.err(`${name}: ${NOTE}\n`)
      sys.exit(command === 'update' || command === 'makecache' ? 0 : 1)
      return
    }
    const missing = names.filter((one) => !isHere(sys, one))
    for (const one of names)
      if (missing.includes(one)) sys.err(`No match for argument: ${one}\n`)
      else sys.out(`Package ${one} is already installed.\n`)
    if (missing.length > 0) sys.err('Error: Unable to find a match: ' + missing.join(' ') + '\n')
    else sys.out('Dependencies resolved.\nNothing to do.\nComplete!\n')
    sys.err(`${name}: ${NOTE}\n`)
    sys.exit(missing.length > 0 ? 1 : 0)
  },
})

/** A program that has nothing to do here. */
const idle = (name: string, usage: string, text: string, status = 0): Program => ({
  name,
  usage,
  start(sys) {
    sys.err(`${text}\n`)
    sys.exit(status)
  },
})

const RELEASES = {
  modern: {
    id: 'Debian',
    description: 'Debian GNU/Linux 12 (bookworm)',
    release: '12',
    codename: 'bookworm',
  },
  article: { id: 'Ubuntu', description: 'Ubuntu 18.04 LTS', release: '18.04', codename: 'bionic' },
}

const lsbRelease: Program = {
  name: 'lsb_release',
  usage: 'lsb_release [-a] [-i] [-d] [-r] [-c] [-s]',
  start(sys) {
    const letters = sys.process.argv.slice(1).join('').replaceAll('-', '')
    const { id, description, release, codename } = RELEASES[sys.k.machine.period]
    const fields: readonly [letter: string, name: string, value: string][] = [
      ['i', 'Distributor ID', id],
      ['d', 'Description', description],
      ['r', 'Release', release],
      ['c', 'Codename', codename],
    ]
    if (letters === '' || letters.includes('a')) sys.err('No LSB modules are available.\n')
    for (const [letter, name, value] of fields)
      if (letters.includes(letter) || letters.includes('a'))
        sys.out(letters.includes('s') ? `${value}\n` : `${name}:\t${value}\n`)
    sys.exit(0)
  },
}

export const packagePrograms: readonly Program[] = [
  apt('apt-get'),
  apt('apt'),
  yum('yum'),
  yum('dnf'),
  lsbRelease,
  idle('apt-key', 'apt-key adv --recv-keys KEY', `apt-key: ${NOTE}`),
  idle('stap-prep', 'stap-prep', "stap-prep: nothing to do: this lab's kernel brings its symbols"),
  // The article's name for it.
  idle('stab-prep', 'stab-prep', 'bash: stab-prep: command not found (stap-prep is meant)', 127),
]
