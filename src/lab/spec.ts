import type { PeriodName } from '../kernel/period.ts'

/** What a lab is before it runs: hosts, wires, what is typed at boot. All of it is data. */
export interface LabSpec {
  name: string
  /** Which Linux it is about, kernel and programs; `modern` where it does not say. */
  period?: PeriodName
  hosts: HostSpec[]
  /** Segments: all ends hear each other, as on a switch. Ends are `host:device`; the last one is drawn as the centre. */
  links: LinkSpec[]
  /** Pools of CPUs: how many there are; and nanoseconds that work takes on them, by its kind (cost.ts). */
  cpus?: Record<string, number>
  costs?: readonly number[]
  /** /etc/hosts of everybody: name -> address. */
  names: Record<string, string>
}

export interface LinkSpec {
  ends: string[]
  /** Microseconds. */
  delay: number
}

/** `dst` is a prefix or `default`; without `via` it is on the link. */
export interface RouteSpec {
  dst: string
  via?: string
  dev: string
}

export interface HostSpec {
  name: string
  /** Where this one is of another period than the lab. */
  period?: PeriodName
  role: 'client' | 'gateway' | 'server'
  /** Bytes; decides the default size of the conntrack table. */
  memory: number
  devs: { name: string; addrs: string[]; mac?: string; down?: boolean }[]
  /** Bridges, and which of the devices are their ports. */
  bridges?: { name: string; mac?: string; addrs: string[]; ports: string[] }[]
  /** Besides those of the devices' own subnets. */
  routes: RouteSpec[]
  /** Ports that answer HTTP. */
  http: number[]
  files?: Record<string, string>
  /** What is typed when it boots. */
  init?: string[]
  /** Number of the namespace where it is not the machine's first one. */
  inum?: number
  buckets?: number
  /** It is a namespace of this host's machine, and not a machine of its own. */
  on?: string
  /** Name of the pool of CPUs that it works on; without one it is infinitely fast. */
  cpus?: string
}
