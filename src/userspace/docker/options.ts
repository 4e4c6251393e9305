/** docker's command lines, and what the client itself finds wrong with them. docker 28.2 */

export interface RunOptions {
  name: string
  image: string
  network: string
  detach: boolean
  remove: boolean
  privileged: boolean
  ports: { host: number; container: number; proto: string }[]
}

export type Parsed<T> = T | { error: string; status: number }

/** Options without and with a value that `docker run` knows; what they would do is left out unless it is named below. */
const FLAGS =
  'detach interactive tty rm privileged init read-only publish-all sig-proxy no-healthcheck'.split(' ')
const VALUES =
  'name network net publish env volume hostname user workdir memory cpus restart entrypoint label link dns add-host expose cap-add cap-drop sysctl ulimit mount ip mac-address log-driver log-opt pull platform security-opt device tmpfs shm-size stop-signal stop-timeout health-cmd cpuset-cpus cpu-shares memory-swap pid ipc uts userns runtime gpus network-alias env-file label-file group-add cidfile'.split(
    ' ',
  )
const SHORT: Readonly<Record<string, string>> = {
  d: 'detach',
  i: 'interactive',
  t: 'tty',
  P: 'publish-all',
  p: 'publish',
  e: 'env',
  v: 'volume',
  h: 'hostname',
  u: 'user',
  w: 'workdir',
  m: 'memory',
  c: 'cpu-shares',
  l: 'label',
}

const USAGE = 'docker run [OPTIONS] IMAGE [COMMAND] [ARG...]'

/** What the client says of a wrong line. */
export function usageError(
  text: string,
  usage: string,
  verb = 'Run',
  status = 1,
): { error: string; status: number } {
  const command = usage.split(' ').slice(0, 2).join(' ')
  return {
    error: `${text}\n\nUsage:  ${usage}\n\n${verb} '${command} --help' for more information\n`,
    status,
  }
}

function portNumber(text: string): number {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : -1
}

/** `[address:]host:container[/proto]` */
function publish(text: string): Parsed<RunOptions['ports'][number]> {
  const [spec, proto = 'tcp'] = text.split('/')
  const parts = spec.split(':')
  const container = parts[parts.length - 1]
  const host = parts.length > 1 ? parts[parts.length - 2] : '0'
  const wrong = (what: string): { error: string; status: number } => ({
    error: `docker: ${what}\n\nRun 'docker run --help' for more information\n`,
    status: 125,
  })
  if (portNumber(container) < 1) return wrong(`invalid containerPort: ${container}`)
  if (portNumber(host) < 0) return wrong(`invalid hostPort: ${host}`)
  if (proto !== 'tcp' && proto !== 'udp') return wrong(`invalid proto: ${proto}`)
  return { host: Number(host), container: Number(container), proto }
}

/** The words after `docker run`. */
export function parseRun(words: readonly string[]): Parsed<RunOptions> {
  const o: RunOptions = {
    name: '',
    image: '',
    network: 'bridge',
    detach: false,
    remove: false,
    privileged: false,
    ports: [],
  }
  let i = 0
  const set = (name: string, value: string): { error: string; status: number } | null => {
    if (name === 'name') o.name = value
    else if (name === 'network' || name === 'net') o.network = value === 'default' ? 'bridge' : value
    else if (name === 'publish') {
      const port = publish(value)
      if ('error' in port) return port
      o.ports.push(port)
    } else if (name === 'detach') o.detach = value !== 'false'
    else if (name === 'rm') o.remove = value !== 'false'
    else if (name === 'privileged') o.privileged = value !== 'false'
    return null
  }
  for (; i < words.length && words[i].startsWith('-') && words[i] !== '-'; i++) {
    const word = words[i]
    if (word.startsWith('--')) {
      const [name, value] = word.slice(2).split(/=(.*)/s) as [string, string | undefined]
      if (FLAGS.includes(name)) {
        const wrong = set(name, value ?? 'true')
        if (wrong) return wrong
      } else if (VALUES.includes(name)) {
        const given = value ?? words[++i]
        if (given === undefined) return usageError(`flag needs an argument: --${name}`, USAGE, 'Run', 125)
        const wrong = set(name, given)
        if (wrong) return wrong
      } else return usageError(`unknown flag: --${name}`, USAGE, 'Run', 125)
      continue
    }
    for (let c = 1; c < word.length; c++) {
      const name = SHORT[word[c]] as string | undefined
      if (name === undefined)
        return usageError(`unknown shorthand flag: '${word[c]}' in ${word}`, USAGE, 'Run', 125)
      if (FLAGS.includes(name)) {
        set(name, 'true')
        continue
      }
      const given = word.slice(c + 1).replace(/^=/, '') || words[++i]
      if (given === undefined)
        return usageError(`flag needs an argument: '${word[c]}' in ${word}`, USAGE, 'Run', 125)
      const wrong = set(name, given)
      if (wrong) return wrong
      break
    }
  }
  if (i >= words.length)
    return usageError("docker: 'docker run' requires at least 1 argument", USAGE, 'See', 1)
  o.image = words[i]
  return o
}
