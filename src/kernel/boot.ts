/** A machine, a namespace, a device as they are when they come into being. */
import { netmask, type Cidr, type Mac } from '../wire/address.ts'
import { newCtTable } from './conntrack/table.ts'
import { readParams } from './conntrack/params.ts'
import type { SipKey } from './conntrack/hash.ts'
import { defaultRules, RT_TABLE_MAIN, rt_cache_flush } from './fib.ts'
import { MIBS } from './snmp.ts'
import type { ConfName, Dev, IfAddr, Machine, Netns } from './netns.ts'
import { OLD_COUNTS, OLD_HASH, periodOf, type PeriodName } from './period.ts'
import { newTcpTable } from './tcp/table.ts'
import { WORKS } from './work.ts'
import { CONF_SYSCTLS, defaultSysctls } from './sysctl.ts'

/** A running kernel. `random` gives 32 bits: it makes the secret of the hash. */
export function bootMachine(
  name: string,
  memoryBytes: number,
  random: () => number,
  bootOffset: number,
  own?: number,
  period: PeriodName = 'modern',
): Machine {
  const { differs, loaded, sizes } = periodOf(period)
  const { buckets, max } = sizes(memoryBytes)
  const words = [random() | 0, random() | 0, random() | 0, random() | 0]
  const key: SipKey = differs & OLD_HASH ? words.slice(0, 1) : words
  return {
    name,
    period,
    differs,
    memoryBytes,
    cpus: 1,
    ct: newCtTable(own ?? buckets, key),
    rovers: {},
    gcEarlyDrop: false,
    nfConntrackMax: max,
    log: loaded(buckets, max).map((text) => ({ time: 0, text })),
    ratelimit: { begin: -1, printed: 0, missed: 0 },
    bootOffset,
  }
}

function defaultConf(): Record<ConfName, number> {
  return Object.fromEntries(CONF_SYSCTLS.map((s) => [s.name, s.default])) as Record<ConfName, number>
}

/** A namespace with lo. `inum` 0: the machine's first one. */
export function newNetns(
  name: string,
  index: number,
  inum: number,
  random: () => number,
  period: PeriodName = 'modern',
): Netns {
  const { differs, sysctls } = periodOf(period)
  const sysctl = defaultSysctls(sysctls)
  const net: Netns = {
    name,
    index,
    inum,
    devs: [],
    routes: [],
    rules: defaultRules(),
    fibCustom: false,
    fibGeneration: 0,
    neigh: [],
    frags: [],
    nextTimer: 1,
    icmpCredit: 0,
    icmpStamp: -1_000_000,
    peers: new Map(),
    tables: { raw: undefined, mangle: undefined, nat: undefined, filter: undefined, security: undefined },
    tableOrder: [],
    sysctl,
    params: readParams(sysctl),
    ctUsers: 0,
    ctCount: 0,
    ctStats: {
      found: 0,
      invalid: 0,
      insert: 0,
      insert_failed: 0,
      drop: 0,
      early_drop: 0,
      error: 0,
      search_restart: 0,
      clash_resolve: 0,
      chaintoolong: 0,
      ...(differs & OLD_COUNTS ? { ignore: 0 } : {}),
      expect_new: 0,
      expect_create: 0,
      expect_delete: 0,
    },
    expects: [],
    timeoutPolicies: [],
    ctListeners: 0,
    drops: [],
    discards: [],
    work: new Float64Array(WORKS),
    mib: new Float64Array(MIBS),
    taps: 0,
    tcp: newTcpTable(),
    socks: [],
    nextPort: random() % 28232,
    nextIpId: random() & 0xffff,
    xt: {},
    confAll: defaultConf(),
    confDefault: defaultConf(),
  }
  const lo = addDev(net, 'lo', 0, [{ addr: 0x7f000001, bits: 8 }], -1)
  lo.loopback = true
  lo.mtu = 65536
  return net
}

/** A device that is up, with its addresses and the routes of their subnets. */
export function addDev(net: Netns, name: string, mac: Mac, addrs: readonly Cidr[], link: number): Dev {
  const dev: Dev = {
    ifindex: net.devs.length + 1,
    name,
    mac,
    mtu: 1500,
    up: true,
    loopback: false,
    master: 0,
    hairpin: false,
    bridge: null,
    addrs: [],
    conf: { ...net.confDefault },
    link,
    rxPackets: 0,
    rxBytes: 0,
    txPackets: 0,
    txBytes: 0,
  }
  net.devs.push(dev)
  rt_cache_flush(net)
  for (const a of addrs) addAddress(net, dev, a)
  return dev
}

/** An address, and the connected route of its subnet. Linux: inet_insert_ifa, fib_add_ifaddr */
export function addAddress(net: Netns, dev: Dev, address: Cidr): void {
  dev.addrs.push(address)
  rt_cache_flush(net)
  if (address.bits === 32 || dev.name === 'lo' || !dev.up) return
  addConnectedRoute(net, dev, address)
}

export function addConnectedRoute(net: Netns, dev: Dev, address: IfAddr): void {
  const { addr, peer = addr, bits, metric = 0 } = address
  const prefix = { addr: (peer & netmask(bits)) >>> 0, bits }
  // An address of all the world has no subnet. Linux: ipv4_is_zeronet in fib_add_ifaddr
  if (prefix.addr === 0) return
  const known = net.routes.some(
    (r) => r.ifindex === dev.ifindex && r.dst.addr === prefix.addr && r.dst.bits === prefix.bits,
  )
  if (known) return
  net.routes.push({
    dst: prefix,
    via: 0,
    ifindex: dev.ifindex,
    src: addr,
    metric,
    type: 'unicast',
    proto: 'kernel',
    scope: 'link',
    table: RT_TABLE_MAIN,
  })
  rt_cache_flush(net)
}
