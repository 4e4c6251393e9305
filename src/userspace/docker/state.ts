/** What the Docker daemon of a host knows. It keeps it in a file, as the real one does in many. */
import type { Sys } from '../program.ts'

export interface Container {
  id: string
  name: string
  image: string
  network: string
  privileged: boolean
  ports: { host: number; container: number; proto: string }[]
  /** Port at which the program in it listens. */
  listens: number
  /** Lab times, microseconds; 0: never. */
  created: number
  started: number
  finished: number
  running: boolean
  exitCode: number
  /** It goes when it ends. */
  remove: boolean
  /** Its processes, and the namespace (of the machine) that they are in. */
  pids: number[]
  ns: number
  /** Processes of docker-proxy on the host. */
  proxies: number[]
  address: string
  /** iptables lines that published its ports, to be undone with -D. */
  rules: string[]
}

const FILE = '/var/lib/docker/containers.json'

export function containers(sys: Sys): Container[] {
  const text = sys.files.read(FILE)
  if (typeof text !== 'string') return []
  try {
    return JSON.parse(text) as Container[]
  } catch {
    // Somebody has written something else there: the daemon begins anew.
    return []
  }
}

export function keep(sys: Sys, list: readonly Container[]): void {
  sys.files.write(FILE, `${JSON.stringify(list)}\n`, false)
}

/** By name, or by the beginning of the id. */
export function find(list: readonly Container[], word: string): Container | undefined {
  return (
    list.find((c) => c.name === word || c.id === word) ??
    (/^[0-9a-f]+$/.test(word) ? list.find((c) => c.id.startsWith(word)) : undefined)
  )
}

/** Hexadecimal digits out of the lab's chance. */
export function randomHex(sys: Sys, digits: number): string {
  let text = ''
  while (text.length < digits) text += sys.k.random().toString(16).padStart(8, '0')
  return text.slice(0, digits)
}
