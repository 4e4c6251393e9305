/**
 * Servers that no shell has started: what a container runs. A worker of one is a task of the lab; what it does when it
 * gets a CPU is found here by the server's name.
 */
import type { ServiceSys } from './services/http.ts'

export interface Worker {
  pid: number
  listener: number
  /** Sockets on which something has happened: so many. */
  ready: { size: number }
  /** Of those that wait at a listener the one with the lowest hears of the next connection; any number. */
  turn: number
  data: unknown
}

export interface Daemon {
  /**
   * Do one piece of work. `next` gives a socket on which something has happened, -1: none. The answer: is there more to do
   * that nobody will tell of?
   */
  work(sys: ServiceSys, worker: Worker, next: () => number): boolean
}

const table = new Map<string, Daemon>()
export const daemons: ReadonlyMap<string, Daemon> = table

export function installDaemon(name: string, daemon: Daemon): void {
  table.set(name, daemon)
}
