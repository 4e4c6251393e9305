/**
 * docker logs: what the program of a container has written to its stdout. nginx writes a line for each request, dnsmasq
 * nothing. man 1 docker-logs
 * Left out: stderr; --since, --until, --details
 */
import type { Kernel } from '../../kernel/kernel.ts'
import { rfc3339 } from '../iptables/ctime.ts'
import type { Sys } from '../program.ts'
import { accessLog } from '../services/nginx.ts'
import { usageError } from './options.ts'
import { containers, find, type Container } from './state.ts'

export const LOGS_USAGE = 'docker logs [OPTIONS] CONTAINER'
/** Microseconds between two looks at a log that is followed. */
const LOOK = 100_000

/** A log that is followed: whose, how many requests of each worker have been printed, and how lines begin. */
export interface Following {
  follows: string
  known: number[]
  stamps: boolean
  /** It is docker run itself. */
  foreground?: true
}

/** A line of the file in which the daemon keeps them: json-file(5) of Docker. */
interface Entry {
  log: string
  stream: 'stdout'
  time: string
}

/** What a container that has stopped had written. */
const fileOf = ({ id }: Container): string => `/var/lib/docker/${id}-json.log`

function kept(sys: Sys, c: Container): Entry[] {
  const text = sys.files.read(fileOf(c))
  if (typeof text !== 'string') return []
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Entry]))
}

function written(sys: Sys, k: Kernel | null, c: Container, known?: number[]): Entry[] {
  const lines = k === null ? [] : accessLog(k, c.pids, (id) => sys.payloadText(id), known)
  return lines.map(({ time, line }) => ({ log: line, stream: 'stdout', time: rfc3339(time) }))
}

/** The container is about to stop, and its processes with what they know. */
export function keepLog(sys: Sys, k: Kernel | null, c: Container): void {
  const text = written(sys, k, c)
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('')
  if (text !== '') sys.files.write(fileOf(c), text, true)
}

/** The container has gone. */
export function dropLog(sys: Sys, c: Container): void {
  if (sys.files.exists(fileOf(c)) !== null) sys.files.remove?.(fileOf(c))
}

const printed = (entries: readonly Entry[], stamps: boolean): string =>
  entries.map(({ log, time }) => (stamps ? `${time} ${log}` : log)).join('')

/** The words after `docker logs`. `kernelOf`: that of the namespace a container is in. */
export function logs(sys: Sys, words: readonly string[], kernelOf: (c: Container) => Kernel | null): void {
  const fail = (status: number, text: string): void => {
    sys.err(text)
    sys.exit(status)
  }
  const wrong = (text: string): void => {
    const { error, status } = usageError(text, LOGS_USAGE, 'Run', 125)
    fail(status, error)
  }
  const names: string[] = []
  let [tail, follow, stamps] = ['all', false, false]
  for (let i = 0; i < words.length; i++) {
    const [word, value] = /^(--[^=]+|-n)=?(.*)$/s.exec(words[i])?.slice(1) ?? [words[i], '']
    if (word === '--tail' || word === '-n') tail = value === '' ? (words[++i] ?? '') : value
    else if (word === '--follow' || word === '--timestamps') {
      follow ||= word === '--follow'
      stamps ||= word === '--timestamps'
    } else if (word.startsWith('--')) {
      wrong(`unknown flag: ${word}`)
      return
    } else if (word.startsWith('-')) {
      const strange = [...word.slice(1)].find((letter) => !'ft'.includes(letter))
      if (strange !== undefined) {
        wrong(`unknown shorthand flag: '${strange}' in ${word}`)
        return
      }
      follow ||= word.includes('f')
      stamps ||= word.includes('t')
    } else names.push(word)
  }
  if (names.length !== 1) {
    const { error, status } = usageError("docker: 'docker logs' requires 1 argument", LOGS_USAGE)
    fail(status, error)
    return
  }
  const c = find(containers(sys), names[0])
  if (!c) {
    fail(1, `Error response from daemon: No such container: ${names[0]}\n`)
    return
  }
  const following: Following = { follows: c.id, known: [], stamps }
  const entries = [...kept(sys, c), ...written(sys, kernelOf(c), c, following.known)]
  // What is no number is all, as for Docker.
  const last = /^\d+$/.test(tail) ? Math.max(0, entries.length - Number(tail)) : 0
  sys.out(printed(entries.slice(last), stamps))
  if (follow && c.running) {
    sys.process.data = following
    sys.timer(sys.k.now + LOOK)
  } else sys.exit(0)
}

/** docker run, without -d. */
export function attach(sys: Sys, c: Container): void {
  sys.process.data = { follows: c.id, known: [], stamps: false, foreground: true } satisfies Following
  sys.timer(sys.k.now + LOOK)
}

/** What has been written since the last look; when the container has stopped, that was all. */
export function followOn(sys: Sys, f: Following, kernelOf: (c: Container) => Kernel | null): void {
  const c = find(containers(sys), f.follows)
  if (!c?.running) {
    sys.exit(0)
    return
  }
  sys.out(printed(written(sys, kernelOf(c), c, f.known), f.stamps))
  sys.timer(sys.k.now + LOOK)
}
