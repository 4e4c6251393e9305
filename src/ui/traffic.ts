/** "Send traffic": a choice of host, kind and number, as the command lines that it is. */

export const TRAFFIC = ['curl', 'ping'] as const
export type TrafficKind = (typeof TRAFFIC)[number]
export const TRAFFIC_MAX = 50

export function trafficLine(kind: TrafficKind, to: string, count: number): string {
  const n = Math.min(TRAFFIC_MAX, Math.max(1, Math.trunc(count) || 1))
  switch (kind) {
    case 'ping':
      return `ping -c ${n} ${to}`
    case 'curl':
      return n === 1
        ? `curl http://${to}/`
        : `for i in $(seq ${n}); do curl -s http://${to}/ >/dev/null; done`
  }
}
