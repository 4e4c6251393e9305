/** Names and addresses by /etc/hosts, as programs ask for them that are not told to leave that. */
import type { Ipv4 } from '../wire/address.ts'
import { inetAton } from './inet-aton.ts'
import type { Sys } from './program.ts'

/** The lines of /etc/hosts: address, then names. */
function hostsLines(files: Sys['files']): string[][] {
  const text = files.read('/etc/hosts')
  if (typeof text !== 'string') return []
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter((words) => words.length > 1)
}

/** The first name that /etc/hosts has for an address, `otherwise` where it has none. */
export function hostName({ files }: Pick<Sys, 'files'>, addr: string, otherwise = addr): string {
  return hostsLines(files).find((words) => words[0] === addr)?.[1] ?? otherwise
}

/** The address that /etc/hosts has for a name, and the first of its names there; null where it has none. */
export function hostAddress(files: Sys['files'], name: string): { address: Ipv4; name: string } | null {
  for (const [text, ...names] of hostsLines(files)) {
    const address = names.some((n) => n.toLowerCase() === name.toLowerCase()) ? inetAton(text) : null
    if (address !== null) return { address, name: names[0] }
  }
  return null
}
