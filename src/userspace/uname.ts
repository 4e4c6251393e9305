/**
 * uname(1): the kernel's name and version, which are those of the model (kernel/README.md), coreutils 9.1; hostname(1):
 * the name of this host and its addresses, hostname 3.23.
 *
 * Left out: setting the name (a lab's hosts keep theirs), NIS, aliases.
 */
import { printIpv4 } from '../wire/address.ts'
import { addProcFile } from './procfs.ts'
import type { Program, Sys } from './program.ts'
import { optionsOf, parseOptions, usageError } from './text/options.ts'

/** Release, version, and whether the processor's name is known: Ubuntu's coreutils print that of the machine. */
const KERNELS = {
  modern: { release: '6.18.44', version: '#1 SMP PREEMPT_DYNAMIC', processor: 'unknown', coreutils: '9.1' },
  article: {
    release: '4.15.0-20-generic',
    version: '#21-Ubuntu SMP Tue Apr 24 06:16:15 UTC 2018',
    processor: 'x86_64',
    coreutils: '8.28',
  },
}

addProcFile('/proc/version', (k) => {
  const { release, version } = KERNELS[k.machine.period]
  return k.machine.period === 'modern'
    ? `Linux version ${release}\n`
    : `Linux version ${release} ${version}\n`
})

const LONG = {
  all: 'a',
  'kernel-name': 's',
  sysname: 's',
  nodename: 'n',
  'kernel-release': 'r',
  release: 'r',
  'kernel-version': 'v',
  machine: 'm',
  processor: 'p',
  'hardware-platform': 'i',
  'operating-system': 'o',
  help: 'help',
  version: 'version',
}

/** In the order in which they are printed. */
function parts(sys: Sys): [letter: string, text: string][] {
  const { release, version, processor } = KERNELS[sys.k.machine.period]
  return [
    ['s', 'Linux'],
    ['n', sys.hostname],
    ['r', release],
    ['v', version],
    ['m', 'x86_64'],
    ['p', processor],
    ['i', processor],
    ['o', 'GNU/Linux'],
  ]
}

const uname: Program = {
  name: 'uname',
  usage: 'uname [-amnoprsv]',
  start(sys) {
    const options = optionsOf(sys, { short: 'asnrvmpio', long: LONG })
    if (!options) return
    const wanted = options.found.map((o) => o.name)
    if (wanted.includes('help') || wanted.includes('version')) {
      sys.out(
        wanted.includes('help')
          ? 'Usage: uname [OPTION]...\n'
          : `uname (GNU coreutils) ${KERNELS[sys.k.machine.period].coreutils}\n`,
      )
      sys.exit(0)
      return
    }
    const [extra] = options.operands
    if (extra !== undefined) {
      usageError(sys, `extra operand ‘${extra}’`)
      return
    }
    const all = wanted.includes('a')
    const shown = parts(sys).filter(([letter, text]) =>
      all ? text !== 'unknown' : wanted.length === 0 ? letter === 's' : wanted.includes(letter),
    )
    sys.out(`${shown.map(([, text]) => text).join(' ')}\n`)
    sys.exit(0)
  },
}

const HOSTNAME_USAGE = `Usage: hostname [-d|-f|-i|-I|-s]       display formatted name
       hostname                         display host name

       hostname -V|--version|-h|--help  print info and exit
`

const HOSTNAME_LONG = {
  domain: 'd',
  fqdn: 'f',
  long: 'f',
  'ip-address': 'i',
  'all-ip-addresses': 'I',
  short: 's',
  version: 'V',
  help: 'h',
}

/** What an option of hostname prints; null: the name is in no file. */
function hostnameText(sys: Sys, letter: string): string | null {
  const name = sys.hostname
  const dot = `${name}.`.indexOf('.')
  switch (letter) {
    case 'd':
      return dot < name.length ? `${name.slice(dot + 1)}\n` : ''
    case 's':
      return `${name.slice(0, dot)}\n`
    case 'i': {
      const address = sys.resolve(name)
      return address === null ? null : `${printIpv4(address)}\n`
    }
    case 'I': {
      const addresses = sys.k.net.devs.filter((dev) => !dev.loopback && dev.up).flatMap((dev) => dev.addrs)
      return `${addresses.map((a) => `${printIpv4(a.addr)} `).join('')}\n`
    }
    case 'V':
      return 'hostname 3.23\n'
    case 'h':
      return HOSTNAME_USAGE
    default:
      return `${name}\n`
  }
}

const hostname: Program = {
  name: 'hostname',
  usage: 'hostname [-dfiIs]',
  start(sys) {
    const options = parseOptions(sys.process.argv, { short: 'dfiIsVh', long: HOSTNAME_LONG })
    if ('error' in options) {
      sys.err(`hostname: ${options.error}\n${HOSTNAME_USAGE}`)
      sys.exit(255)
      return
    }
    if (options.operands.length > 0) {
      sys.err('hostname: the hosts of a lab keep their names\n')
      sys.exit(1)
      return
    }
    const text = hostnameText(sys, options.found.at(-1)?.name ?? '')
    if (text === null) sys.err('hostname: Name or service not known\n')
    sys.out(text ?? '')
    sys.exit(text === null ? 1 : 0)
  },
}

export const unamePrograms: readonly Program[] = [uname, hostname]
