import type { PeriodName } from '../kernel/period.ts'

/** What a lab is before it runs: hosts, wires, what is typed at boot. All of it is data. */
export interface LabSpec {
  name: string
  /** Which Linux it is about, kernel and programs; `modern` where it does not say. */
  period?: PeriodName
  hosts: HostSpec[]
  /** Segments: all ends hear each other, as on a switch. Ends are `host:device`; the last one is drawn as the centre. */
  links: LinkSpec[]
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
  devs: { name: string; addrs: string[]; mac?: string }[]
  /** Besides those of the devices' own subnets. */
  /** Bridges, and which of the devices are their ports. */
  bridges?: { name: string; mac?: string; addrs: string[]; ports: string[] }[]
  routes: RouteSpec[]
  /** Ports that answer HTTP. */
  http: number[]
  files?: Record<string, string>
  /** Number of the namespace where it is not the machine's first one. */
  inum?: number
  buckets?: number
}
