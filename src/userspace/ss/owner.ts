/** Whose a socket is. */
import type { Sys } from '../program.ts'
import type { SocketView } from './sockets.ts'

/** The process that has a socket, and as what; null: nobody, as of a connection that is closed. */
export function ownerOf(
  sys: Sys,
  { pid, service }: SocketView,
): { name: string; pid: number; fd: number } | null {
  // The host's own server is one that everybody knows.
  if (pid === 0) return service === 'http' || service === 'nginx' ? { name: 'nginx', pid: 1, fd: 6 } : null
  const name = sys.programOf?.(pid) ?? ''
  if (name !== '') return { name, pid, fd: 3 }
  return service === '' ? null : { name: service, pid, fd: service === 'nginx' ? 6 : 4 }
}
