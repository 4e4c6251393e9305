/** The programs that the recorder needs, and where Debian has them. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Program, and the package of Debian that it comes with. */
const TOOLS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  bridge: 'iproute2',
  'xtables-legacy-multi': 'iptables',
  nft: 'nftables',
  conntrack: 'conntrack',
  nfct: 'nfct',
  ipset: 'ipset',
  ethtool: 'ethtool',
  bpftrace: 'bpftrace',
  python3: 'python3',
  sysctl: 'procps',
  chrt: 'util-linux',
  unshare: 'util-linux',
  nsenter: 'util-linux',
}
/** An administrator's programs are not on everybody's path. */
const MORE_PATH = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']

export const PATH = [...new Set([...(process.env['PATH'] ?? '').split(delimiter), ...MORE_PATH])].join(
  delimiter,
)

export function findTool(name: string): string | null {
  for (const folder of PATH.split(delimiter)) {
    const file = join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder.
    }
  }
  return null
}

/** Why the recorder cannot run here, in a sentence; null when it can. */
export function whatIsMissing(): string | null {
  if (process.platform !== 'linux') return 'It needs Linux: it asks the kernel of the machine it runs on.'
  if (process.getuid?.() !== 0) return 'It needs root: it makes network namespaces and reads the kernel log.'
  const missing = Object.keys(TOOLS).filter((name) => findTool(name) === null)
  if (missing.length === 0) return null
  const packages = [...new Set(missing.map((name) => TOOLS[name]))].sort()
  return `It needs ${missing.join(', ')}. On Debian: apt-get install ${packages.join(' ')}`
}
