/** Reading and writing sysctls: what is stored, what is live, and what a write does. */
import { beginAct, REHASH, REHASH_FROM, REHASH_NODES } from './conntrack/acts.ts'
import { resize } from './conntrack/table.ts'
import { readParams } from './conntrack/params.ts'
import { rt_cache_flush } from './fib.ts'
import type { Kernel } from './kernel.ts'
import type { ConfName, Netns } from './netns.ts'
import { periodOf } from './period.ts'
import { CONF_SYSCTLS, findSysctl, kept, recordedSysctls, type Sysctl, type SysctlList } from './sysctl.ts'

const CT = 'net.netfilter.nf_conntrack_'
/** Buckets fill whole pages of 512 heads. Linux: nf_ct_alloc_hashtable */
const HEADS_PER_PAGE = 512
/** Ports below are not for anybody. Linux: PROT_SOCK, net.ipv4.ip_unprivileged_port_start */
const PROT_SOCK = 1024
/** Most buckets that a table can have here: what reciprocal_scale can address exactly. */
export const MAX_BUCKETS = 1 << 21

function devices(net: Netns): string[] {
  return net.devs.flatMap((d) => (d.gone ? [] : d.name))
}

/** Those that few labs touch, and in a recorded host those that no lab has. */
function moreOf(net: Netns): SysctlList {
  return net.recorded ? recordedSysctls : kept
}

function confOf(net: Netns, scope: string): Record<ConfName, number> | null {
  if (scope === 'all') return net.confAll
  if (scope === 'default') return net.confDefault
  return net.devs.find((d) => d.name === scope)?.conf ?? null
}

const CONF = /^net\.ipv4\.conf\.(.+)\.([a-z_]+)$/

/** Names of all sysctls of the namespace, sorted as `sysctl -a` prints them. */
export function sysctlNames({ machine, net }: Kernel): string[] {
  const names = [...periodOf(machine.period).sysctls, ...moreOf(net).plain].map((s) => s.name)
  for (const scope of ['all', 'default', ...devices(net)])
    for (const s of [...CONF_SYSCTLS, ...moreOf(net).conf]) names.push(`net.ipv4.conf.${scope}.${s.name}`)
  // nf_conntrack_max has a second name in the first namespace of a machine only.
  return names.filter((n) => n !== 'net.nf_conntrack_max' || net.inum === 0).sort()
}

/** The value now, or null: there is no such sysctl. */
export function readSysctl(k: Kernel, name: string): number | null {
  const { net, machine } = k
  const known = findSysctl(periodOf(machine.period).sysctls, name, devices(net), moreOf(net))
  if (!known || (name === 'net.nf_conntrack_max' && net.inum !== 0)) return null
  switch (name) {
    case `${CT}max`:
    case 'net.nf_conntrack_max':
      return machine.nfConntrackMax
    case `${CT}buckets`:
      return machine.ct.buckets
    case `${CT}count`:
      return net.ctCount
    case `${CT}expect_max`:
      return net.sysctl[name] || 4 * Math.max(1, Math.floor(machine.ct.buckets / 256))
  }
  const conf = CONF.exec(name)
  const own = conf ? confOf(net, conf[1])?.[conf[2] as ConfName] : undefined
  return own ?? net.sysctl[name] ?? known.default
}

/** A value as a file of /proc/sys has it. */
export function valueText(name: string, value: number): string {
  const isPair = kept.plain.some((s) => s.pair && s.name === name)
  return isPair ? `${Math.floor(value / 65536)}\t${value & 0xffff}` : String(value)
}

export function sysctlText(k: Kernel, name: string): string | null {
  const value = readSysctl(k, name)
  return value === null ? null : valueText(name, value)
}

/** Why a write is refused. */
export type SysctlError = 'ENOENT' | 'EACCES' | 'EINVAL' | 'ENOMEM'

/** Write a value; null: done. */
export function writeSysctl(k: Kernel, name: string, text: string): SysctlError | null {
  const { machine, net } = k
  const known = findSysctl(periodOf(machine.period).sysctls, name, devices(net), moreOf(net))
  if (!known || (name === 'net.nf_conntrack_max' && net.inum !== 0)) return 'ENOENT'
  if (known.readOnly === 'always' || (known.readOnly === 'namespace' && net.inum !== 0)) return 'EACCES'
  if (known.pair) return storePair(k, known, text)
  const value = firstNumber(text)
  if (value === null || !Number.isSafeInteger(value) || value < known.min || value > known.max)
    return 'EINVAL'
  // Linux: brnf_sysctl_call_tables
  const yes = name.startsWith('net.bridge.') && value !== 0
  return store(k, known, yes ? 1 : value)
}

/** The first number of the text, in decimal, octal or hex; what follows a blank is not read. Linux: proc_get_long */
function firstNumber(text: string): number | null {
  const m = /^\s*(-?)(0[xX][0-9a-fA-F]+|\d+)(?=\s|$)/.exec(text)
  if (!m) return null
  const octal = /^0\d/.test(m[2])
  if (octal && /[89]/.test(m[2])) return null
  const value = octal ? Number.parseInt(m[2], 8) : Number(m[2])
  return m[1] === '-' ? -value : value
}

function store(k: Kernel, known: Sysctl, value: number): SysctlError | null {
  const { net, machine } = k
  const { name } = known
  if (name === `${CT}max` || name === 'net.nf_conntrack_max') {
    machine.nfConntrackMax = value
    return null
  }
  if (name === `${CT}buckets`) {
    if (value === 0) return 'EINVAL'
    const buckets = Math.ceil(value / HEADS_PER_PAGE) * HEADS_PER_PAGE
    // A negative number is a large one without sign. Linux: nf_ct_alloc_hashtable
    if (value < 0 || buckets > MAX_BUCKETS) return 'ENOMEM'
    const { ct } = machine
    // As many as there are: nothing is hung anew. Linux: nf_conntrack_hash_resize
    if (buckets === ct.buckets) return null
    ct.acts[REHASH_FROM] = ct.buckets
    ct.acts[REHASH_NODES] = resize(ct, buckets)
    beginAct(k, REHASH)
    return null
  }
  const conf = CONF.exec(name)
  if (conf) {
    const target = confOf(net, conf[1])
    if (!target) return 'ENOENT'
    if (!(conf[2] in target)) return keep(net, name, value)
    target[conf[2] as ConfName] = value
    rt_cache_flush(net)
    if (conf[1] === 'all' && conf[2] === 'forwarding') setForwarding(net, value)
    return null
  }
  net.sysctl[name] = value
  if (name === 'net.ipv4.ip_forward') setForwarding(net, value)
  net.params = readParams(net.sysctl, net.xt['labels'])
  return null
}

/** A range of ports that anybody may have. One number alone is the first, a third one is not read. Linux: ipv4_local_port_range */
function storePair(k: Kernel, { name, min, max }: Sysctl, text: string): SysctlError | null {
  const [first, second = (readSysctl(k, name) ?? 0) & 0xffff] = text.trim().split(/\s+/).map(firstNumber)
  if (first === null || second === null) return 'EINVAL'
  if (first < Math.max(min, PROT_SOCK) || second > max || second < first) return 'EINVAL'
  return keep(k.net, name, first * 65536 + second)
}

function keep(net: Netns, name: string, value: number): null {
  net.sysctl[name] = value
  rt_cache_flush(net)
  net.params = readParams(net.sysctl, net.xt['labels'])
  return null
}

/** ip_forward is the switch for all devices. Linux: inet_forward_change */
function setForwarding(net: Netns, value: number): void {
  rt_cache_flush(net)
  net.sysctl['net.ipv4.ip_forward'] = value
  net.confAll.forwarding = value
  net.confDefault.forwarding = value
  for (const dev of net.devs) dev.conf.forwarding = value
}
