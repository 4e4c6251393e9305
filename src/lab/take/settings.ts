/** Sysctls that are not as a host of this lab would have them by itself. */
import { periodOf } from '../../kernel/period.ts'
import { CONF_SYSCTLS, findSysctl } from '../../kernel/sysctl.ts'
import { readSysctl, sysctlNames } from '../../kernel/sysctl-access.ts'
import type { Lab } from '../bench.ts'

const CT = 'net.netfilter.nf_conntrack_'
const CONF = /^net\.ipv4\.conf\.([^.]+)\.(.+)$/

/**
 * Names and values in an order in which writing them again has the same result: the switches that set others come
 * before those.
 */
export function defaultsOf(lab: Lab, host: number): [string, number][] {
  const k = lab.kernel(host)
  const { sysctls, sizes } = periodOf(k.machine.period)
  const devices = k.net.devs.flatMap((d) => (d.gone ? [] : d.name))
  const size = sizes(k.machine.memoryBytes)
  const own = lab.state.hosts.findIndex((h) => h.machine === k.machine) === host
  const usual = (name: string): number | null => {
    if (name === `${CT}max`) return size.max
    if (name === `${CT}buckets`) return size.buckets
    const conf = CONF.exec(name)
    if (conf) {
      // A device has what ip_forward and `default` gave it.
      if (conf[2] === 'forwarding') return readSysctl(k, 'net.ipv4.ip_forward')
      return CONF_SYSCTLS.find((s) => s.name === conf[2])?.default ?? null
    }
    return findSysctl(sysctls, name, devices)?.default ?? null
  }
  return sysctlNames(k)
    .filter((name) => name !== 'net.nf_conntrack_max' && name !== `${CT}count` && !/expect_max$/.test(name))
    .filter((name) => own || (name !== `${CT}max` && name !== `${CT}buckets`))
    .flatMap((name): [string, number][] => {
      const value = readSysctl(k, name)
      return value === null || value === usual(name) ? [] : [[name, value]]
    })
    .sort(([a], [b]) => Number(CONF.test(a)) - Number(CONF.test(b)))
}
