/** docker's tables. docker cli/command/formatter */
import { findImage, IMAGES } from './images.ts'
import type { Container } from './state.ts'
import type { Json } from './template.ts'

/** Columns as wide as their widest word, three blanks between them. */
function table(rows: readonly string[][]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  return rows
    .map((row) => row.map((word, i) => (i < row.length - 1 ? word.padEnd(widths[i] + 3) : word)).join(''))
    .map((line) => `${line}\n`)
    .join('')
}

/** How long ago, in words. docker/go-units HumanDuration */
export function humanDuration(us: number): string {
  const seconds = Math.floor(us / 1e6)
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.floor(seconds / 60)
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  return `${Math.floor(hours / 24)} days`
}

function portsText(c: Container): string {
  const exposed = c.network === 'host' ? '' : `${c.listens}/${c.listens === 53 ? 'udp' : 'tcp'}`
  if (!c.running) return ''
  if (c.ports.length === 0) return exposed
  return c.ports
    .map(
      ({ host, container, proto }) =>
        `0.0.0.0:${host}->${container}/${proto}, [::]:${host}->${container}/${proto}`,
    )
    .join(', ')
}

export function psTable(list: readonly Container[], now: number): string {
  const rows = list.map((c) => [
    c.id.slice(0, 12),
    c.image,
    findImage(c.image)?.program === 'dnsmasq' ? '"dnsmasq -k"' : `"nginx -g 'daemon of…"`,
    `${humanDuration(now - c.created)} ago`,
    c.running
      ? `Up ${humanDuration(now - c.started)}`
      : `Exited (${c.exitCode}) ${humanDuration(now - c.finished)} ago`,
    portsText(c),
    c.name,
  ])
  return table([['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'], ...rows])
}

export function imageTable(only: string | undefined): string {
  const rows = IMAGES.filter(
    (image) => only === undefined || image.repository === only || `${image.repository}:${image.tag}` === only,
  ).map((image) => [image.repository, image.tag, image.id, '7 years ago', '109MB'])
  return table([['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'], ...rows])
}

/** The part of `docker inspect` that says where a container is. */
export function inspected(list: readonly Container[]): Json[] {
  return list.map((c) => ({
    Id: c.id,
    Name: `/${c.name}`,
    Image: c.image,
    State: {
      Status: c.running ? 'running' : 'exited',
      Running: c.running,
      Pid: c.pids[0] ?? 0,
      ExitCode: c.exitCode,
    },
    HostConfig: {
      NetworkMode: c.network,
      Privileged: c.privileged,
      PortBindings: Object.fromEntries(
        c.ports.map((p) => [`${p.container}/${p.proto}`, [{ HostIp: '', HostPort: String(p.host) }]]),
      ),
    },
    NetworkSettings: {
      IPAddress: c.running ? c.address : '',
      Gateway: c.running && c.network === 'bridge' ? '172.17.0.1' : '',
      MacAddress: c.running && c.network === 'bridge' ? '02:42:ac:11:00:02' : '',
      Networks: {
        [c.network]: {
          Gateway: c.running && c.network === 'bridge' ? '172.17.0.1' : '',
          IPAddress: c.running ? c.address : '',
          IPPrefixLen: c.running && c.network === 'bridge' ? 16 : 0,
        },
      },
    },
  }))
}
