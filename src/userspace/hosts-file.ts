/** Names of addresses by /etc/hosts, as programs ask for them that are not told to leave that. */
import type { Sys } from './program.ts'

/** The first name that /etc/hosts has for an address, and the address itself where it has none. */
export function hostName(sys: Sys, addr: string): string {
  const hosts = sys.files.read('/etc/hosts')
  const line = (typeof hosts === 'string' ? hosts.split('\n') : []).find((l) => l.split(/\s+/)[0] === addr)
  return line?.split(/\s+/)[1] ?? addr
}
