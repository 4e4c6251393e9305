/** Which sysctls there are where, and what is refused: in the first namespace of a machine, and in another. */
import { expect, test } from 'vitest'
import { findSysctl, defaultSysctls } from '../../src/kernel/sysctl.ts'
import { readSysctl, sysctlNames, writeSysctl } from '../../src/kernel/sysctl-access.ts'
import { periodOf } from '../../src/kernel/period.ts'
import { gateway, gatewayOf, gatewayWith } from '../kit.ts'

const SECOND_NAME = 'net.nf_conntrack_max'

test('nf_conntrack_max has its second name in the first namespace only', () => {
  const { k } = gateway()
  expect(sysctlNames(k)).toContain(SECOND_NAME)
  expect(readSysctl(k, SECOND_NAME)).toBe(readSysctl(k, 'net.netfilter.nf_conntrack_max'))
  expect(writeSysctl(k, SECOND_NAME, '77')).toBeNull()
  expect(readSysctl(k, 'net.netfilter.nf_conntrack_max')).toBe(77)
  const other = gatewayOf({ inum: 4026532000 }).k
  expect(sysctlNames(other)).not.toContain(SECOND_NAME)
  expect(sysctlNames(other)).toContain('net.netfilter.nf_conntrack_max')
  expect(readSysctl(other, SECOND_NAME)).toBeNull()
  expect(writeSysctl(other, SECOND_NAME, '77')).toBe('ENOENT')
})

test('names come sorted', () => {
  const names = sysctlNames(gateway().k)
  expect(names).toEqual([...names].sort())
})

test('a name is one as a whole, of a device that is there', () => {
  const { sysctls } = periodOf('modern')
  const known = (name: string): string | undefined => findSysctl(sysctls, name, ['eth0'])?.name
  expect(known('net.ipv4.conf.eth0.rp_filter')).toBe('net.ipv4.conf.eth0.rp_filter')
  for (const wrong of [
    'my.net.ipv4.conf.eth0.rp_filter',
    'net.ipv4.conf.eth0.rp_filter=1',
    'net.ipv4.conf.eth0.rp_filters',
    'net.ipv4.conf.eth1.rp_filter',
  ])
    expect(known(wrong)).toBeUndefined()
  const limits = findSysctl(sysctls, 'net.ipv4.conf.all.route_localnet', [])
  expect(limits?.default).toBe(0)
  expect(defaultSysctls(sysctls)['net.ipv4.ip_forward']).toBe(0)
})

test('expectations are four for each 256 buckets, as long as nobody has said otherwise', () => {
  const most = (buckets: number): number | null =>
    readSysctl(gatewayWith(buckets).k, 'net.netfilter.nf_conntrack_expect_max')
  expect([most(128), most(512), most(65536)]).toEqual([4, 8, 1024])
})

test('what is no number, or no table, is refused', () => {
  const { k } = gateway()
  const write = (text: string, name = 'net.ipv4.ip_forward'): string | null => writeSysctl(k, name, text)
  expect([write('abc'), write(''), write('99999999999999999999'), write('0')]).toEqual([
    'EINVAL',
    'EINVAL',
    'EINVAL',
    null,
  ])
  expect(write('1', 'net.ipv4.conf.nothere.rp_filter')).toBe('ENOENT')
  const buckets = 'net.netfilter.nf_conntrack_buckets'
  expect([write('0', buckets), write('-1', buckets), write('1024', buckets)]).toEqual([
    'EINVAL',
    'ENOMEM',
    null,
  ])
})

test('the switch of all devices is ip_forward', () => {
  const { k } = gateway()
  writeSysctl(k, 'net.ipv4.conf.all.forwarding', '0')
  expect(readSysctl(k, 'net.ipv4.ip_forward')).toBe(0)
  writeSysctl(k, 'net.ipv4.conf.lan.forwarding', '1')
  expect(readSysctl(k, 'net.ipv4.ip_forward')).toBe(0)
})

test('a sysctl that is written leaves connections their labels', () => {
  for (const name of ['net.netfilter.nf_conntrack_acct', 'net.ipv4.conf.lan.promote_secondaries']) {
    const gw = gateway('iptables -A FORWARD -m connlabel --label 1 --set')
    expect(writeSysctl(gw.k, name, '1')).toBeNull()
    gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.53: UDP, length 1')
    expect(gw.sh('iptables -vnL FORWARD')).toMatch(/^ +1 .*connlabel/m)
  }
})

test('the end of what was said is sent again early where tcp_early_retrans is 3 or 4', () => {
  const gw = gateway()
  const probes = (value: number): boolean => {
    gw.sh(`sysctl -w net.ipv4.tcp_early_retrans=${value}`)
    return gw.k.net.params.lossProbes
  }
  expect([0, 2, 3, 4].map(probes)).toEqual([false, false, true, true])
})
