/** The lab that a scenario describes. */
import type { LabSpec } from '../spec.ts'
import type { Scenario } from './scenario.ts'

/** Number of the namespace in "table full in netns": any that is not the first one's. */
const INUM = 4026532000

/** Hosts, cards, bridges and links, as the recorder makes them; the first buckets are the scenario's. */
export function specOf(sc: Scenario): LabSpec {
  return {
    name: sc.name,
    hosts: Object.entries(sc.hosts).map(([name, h]) => ({
      name,
      role: name === sc.dut ? 'gateway' : 'client',
      memory: name === sc.dut ? 24 * 1024 ** 3 : 1024 ** 2,
      devs: Object.entries(h.ifaces).map(([dev, d]) => ({
        name: dev,
        addrs: d.addr,
        ...(d.mac === undefined ? {} : { mac: d.mac }),
      })),
      bridges: Object.entries(h.bridges).map(([bridge, b], i) => ({
        name: bridge,
        ports: b.ports,
        addrs: b.addr,
        mac: b.mac ?? `02:42:00:00:00:${(i + 1).toString(16).padStart(2, '0')}`,
      })),
      routes: [],
      http: [],
      ...(name === sc.dut ? { inum: INUM } : {}),
      ...(name === sc.dut && sc.global.nf_conntrack_buckets
        ? { buckets: sc.global.nf_conntrack_buckets }
        : {}),
    })),
    links: sc.links.map(([a, b]) => ({ ends: [a, b], delay: 0 })),
    names: {},
  }
}
