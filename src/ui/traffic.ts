/** "Send traffic": a choice of host, kind and number, as the command lines that it is. */

import type { HostView } from '../lab/protocol.ts'

/** Where the pages of a lab are, as its clients ask for them; the article's container is reached by its host's port. */
export function webServer(lab: string, hosts: readonly HostView[]): { host: string; port: string } {
  const container = lab === 'docker' && hosts.some((h) => h.name === 'vm1')
  const server = hosts.find((h) => h.role === 'server')
  return container
    ? { host: '192.168.0.30', port: '8080' }
    : { host: server?.names.find((n) => n.includes('.')) ?? server?.name ?? '', port: '80' }
}

export const TRAFFIC = ['curl', 'ping'] as const
export type TrafficKind = (typeof TRAFFIC)[number]
export const TRAFFIC_MAX = 50

/** `to`: a host, with a port where it is not 80. */
export function trafficLine(kind: TrafficKind, to: string, count: number): string {
  const n = Math.min(TRAFFIC_MAX, Math.max(1, Math.trunc(count) || 1))
  switch (kind) {
    case 'ping':
      return `ping -c ${n} ${to.replace(/:\d+$/, '')}`
    case 'curl':
      return n === 1
        ? `curl http://${to}/`
        : `for i in $(seq ${n}); do curl -s http://${to}/ >/dev/null; done`
  }
}
