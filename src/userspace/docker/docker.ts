/**
 * docker: containers on this host, as far as the article needs them. man 1 docker (client 28.2)
 *
 * A container is nginx or dnsmasq, in the namespace of the host (--network=host) or in that of the lab's container, behind the bridge
 * docker0. Left out: building and fetching images, volumes, networks other than bridge and host, more than one
 * container behind the bridge, attach
 */
import type { Kernel } from '../../kernel/kernel.ts'
import { lookupListener } from '../../kernel/tcp/table.ts'
import { startDns } from '../services/dns.ts'
import { startNginx } from '../services/nginx.ts'
import type { Program, Sys } from '../program.ts'
import { findImage, type Image } from './images.ts'
import { parseIpv4 } from '../../wire/address.ts'
import { execIn, execWords } from './exec.ts'
import { plug, portRules, runIptables, setSysctls, undone } from './network.ts'
import { parseRun, usageError, type RunOptions } from './options.ts'
import { imageTable, inspected, psTable } from './print.ts'
import { startProxy } from './proxy.ts'
import { formatted } from './template.ts'
import { attach, dropLog, followOn, keepLog, logs, type Following } from './logs.ts'
import { containers, find, keep, randomHex, type Container } from './state.ts'

/** Namespace (of the machine) and address of the container behind the bridge. */
const CONTAINER_NS = 1
const CONTAINER_ADDRESS = '172.17.0.2'
const WORKERS = 2
const FIRST_PID = 2200

function end(sys: Sys, status: number, stderr = ''): void {
  if (stderr !== '') sys.err(stderr)
  sys.exit(status)
}

const daemonError = (text: string): string => `Error response from daemon: ${text}\n`
const runError = (text: string): string =>
  `docker: ${daemonError(text)}\nRun 'docker run --help' for more information\n`

/** The kernel of the namespace that a container is in. */
function kernelOf(sys: Sys, c: Pick<Container, 'ns'>): Kernel | null {
  return c.ns === sys.k.net.index ? sys.k : sys.k.netns(c.ns)
}

const NAMES = 'brave calm eager fond happy jolly keen lucid merry proud quiet sharp swift vivid wise'.split(
  ' ',
)
const PEOPLE = 'bell cerf curie euler gauss hopper kahn knuth lamport lovelace noether postel turing'.split(
  ' ',
)

function freeName(sys: Sys, list: readonly Container[]): string {
  for (;;) {
    const pick = (words: string[]): string => words[sys.k.random() % words.length]
    const name = `${pick(NAMES)}_${pick(PEOPLE)}`
    if (!find(list, name)) return name
  }
}

/** What the daemon has against such a container; null: nothing. */
function objection(sys: Sys, o: RunOptions, list: readonly Container[]): string | null {
  const { k } = sys
  const other = o.name === '' ? undefined : list.find((c) => c.name === o.name)
  if (other)
    return `Conflict. The container name "/${o.name}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`
  if (o.network !== 'host' && o.network !== 'bridge') return `network ${o.network} not found`
  if (o.network === 'host') return null
  if (k.netns(CONTAINER_NS) === null) return 'this host of the lab has no namespace for a container'
  if (list.some((c) => c.running && c.network === 'bridge'))
    return "no available IPv4 addresses on this network's address pools: bridge (the lab has one container behind the bridge)"
  for (const { host } of o.ports) {
    const taken = lookupListener(k.net.tcp, 0, host) >= 0 || publishedBy(list, host) !== undefined
    if (taken)
      return `failed to set up container networking: driver failed programming external connectivity on endpoint ${o.name}: failed to bind host port for 0.0.0.0:${host}:${CONTAINER_ADDRESS}:${host}/tcp: address already in use`
  }
  return null
}

const publishedBy = (list: readonly Container[], port: number): Container | undefined =>
  list.find((c) => c.running && c.ports.some((p) => p.host === port))

function startContainer(sys: Sys, c: Container, image: Image | undefined): void {
  const k = kernelOf(sys, c)
  if (!k) return
  c.pids = Array.from({ length: WORKERS }, (_, i) => FIRST_PID + (k.random() % 20_000) * 8 + i)
  c.rules = c.network === 'bridge' ? portRules(c) : []
  if (c.network === 'bridge') plug(sys.k, true)
  for (const rule of c.rules) runIptables(sys, rule)
  c.proxies = c.rules.length === 0 ? [] : startProxies(sys, c)
  const dns = image?.program === 'dnsmasq'
  if (dns) c.pids = c.pids.slice(0, 1)
  const bound = dns ? startDns(k, c.pids[0]) : startNginx(k, c.listens, c.pids) !== null
  if (c.privileged) setSysctls(sys.k, image?.sysctl ?? [])
  c.running = bound
  c.started = sys.k.now
  // nginx says that the address is in use, five times, and gives up; dnsmasq says it once.
  if (!bound) {
    c.exitCode = 1
    c.finished = sys.k.now
  }
}

/** Start a container that is not running. What the daemon has against it, '' for nothing. */
function started(sys: Sys, c: Container, list: readonly Container[]): string {
  if (c.network === 'bridge' && list.some((other) => other.running && other.network === 'bridge'))
    return "no available IPv4 addresses on this network's address pools: bridge (the lab has one container behind the bridge)"
  startContainer(sys, c, findImage(c.image))
  return ''
}

/** One docker-proxy for each TCP port that is published. */
function startProxies(sys: Sys, c: Container): number[] {
  return c.ports
    .filter(({ proto }) => proto === 'tcp')
    .map(({ host, container }, i) => {
      const pid = c.pids[0] - 1 - i
      startProxy(sys.k, pid, host, parseIpv4(c.address) ?? 0, container)
      return pid
    })
}

function stopContainer(sys: Sys, c: Container, exitCode: number): void {
  if (!c.running) return
  const k = kernelOf(sys, c)
  keepLog(sys, k, c)
  for (const pid of c.pids) k?.exit(pid)
  for (const pid of c.proxies) sys.k.exit(pid)
  for (const rule of [...c.rules].reverse()) runIptables(sys, undone(rule))
  if (c.network === 'bridge') plug(sys.k, false)
  c.running = false
  c.rules = []
  c.pids = []
  c.proxies = []
  c.exitCode = exitCode
  c.finished = sys.k.now
}

function run(sys: Sys, words: readonly string[]): void {
  const o = parseRun(words)
  if ('error' in o) {
    end(sys, o.status, o.error)
    return
  }
  const image = findImage(o.image)
  if (!image) {
    const [name, tag = 'latest'] = o.image.split(':')
    sys.err(`Unable to find image '${name}:${tag}' locally\n`)
    end(
      sys,
      125,
      runError(
        `pull access denied for ${name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
      ),
    )
    return
  }
  const list = containers(sys)
  const wrong = objection(sys, o, list)
  if (wrong !== null) {
    end(sys, 125, runError(wrong))
    return
  }
  const c: Container = {
    id: randomHex(sys, 64),
    name: o.name === '' ? freeName(sys, list) : o.name,
    image: o.image,
    network: o.network,
    privileged: o.privileged,
    ports: o.network === 'bridge' ? o.ports : [],
    listens: image.port,
    created: sys.k.now,
    started: 0,
    finished: 0,
    running: false,
    exitCode: 0,
    remove: o.remove,
    pids: [],
    proxies: [],
    ns: o.network === 'host' ? sys.k.net.index : CONTAINER_NS,
    address: o.network === 'host' ? '' : CONTAINER_ADDRESS,
    rules: [],
  }
  startContainer(sys, c, image)
  keep(sys, [c, ...list])
  if (o.detach) {
    sys.out(`${c.id}\n`)
    sys.exit(0)
  } else if (!c.running)
    end(sys, 1, `nginx: [emerg] bind() to 0.0.0.0:${c.listens} failed (98: Address already in use)\n`)
  // In the foreground, with what it writes, until Ctrl-C.
  else attach(sys, c)
}

function exec(sys: Sys, words: readonly string[]): void {
  const parsed = execWords(words)
  if (parsed === null) {
    const usage = 'docker exec [OPTIONS] CONTAINER COMMAND [ARG...]'
    const wrong = usageError("docker: 'docker exec' requires at least 2 arguments", usage, 'See')
    end(sys, wrong.status, wrong.error)
    return
  }
  const c = find(containers(sys), parsed.name)
  const k = c === undefined ? null : kernelOf(sys, c)
  if (c === undefined) end(sys, 1, daemonError(`No such container: ${parsed.name}`))
  else if (!c.running || k === null) end(sys, 1, daemonError(`container ${c.id} is not running`))
  else execIn(sys, c, k, parsed.command)
}

/** Do something to each container that is named. */
function each(
  sys: Sys,
  words: readonly string[],
  usage: string,
  act: (c: Container, list: Container[]) => string,
): void {
  const command = usage.split(' ').slice(0, 2).join(' ')
  if (words.length === 0) {
    const wrong = usageError(`docker: '${command}' requires at least 1 argument`, usage, 'See')
    end(sys, wrong.status, wrong.error)
    return
  }
  const list = containers(sys)
  let status = 0
  for (const word of words) {
    const c = find(list, word)
    const wrong = c ? act(c, list) : `No such container: ${word}`
    if (wrong === '') sys.out(`${word}\n`)
    else {
      sys.err(daemonError(wrong))
      status = 1
    }
  }
  keep(sys, list)
  sys.exit(status)
}

/** Stands before the template of -f among the words that are no options. */
const FORMAT = '--format'

/** The words that are no options, and the letters of those that are. Null: an option is not known. */
function split(words: readonly string[], known: string): { rest: string[]; letters: string } | string {
  let letters = ''
  const rest: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    const format = /^(?:-f|--format)(?:=(.*))?$/s.exec(word)
    if (format && !known.includes('f')) {
      rest.push(FORMAT, format[1] ?? words[++i] ?? '')
      continue
    }
    const long = /^--(force|volumes|all|quiet|no-trunc|latest|size|type)$/.exec(word)?.[1]
    if (long !== undefined)
      letters += { force: 'f', volumes: 'v', all: 'a', quiet: 'q', latest: 'l' }[long] ?? ''
    else if (word.startsWith('--')) return `unknown flag: ${word}`
    else if (word.startsWith('-')) {
      const strange = [...word.slice(1)].find((c) => !known.includes(c))
      if (strange !== undefined) return `unknown shorthand flag: '${strange}' in ${word}`
      letters += word.slice(1)
    } else rest.push(word)
  }
  return { rest, letters }
}

type Command = (sys: Sys, rest: string[], letters: string) => void

interface Known {
  usage: string
  letters: string
  run: Command
}

/** A command that does something to each container that is named; `letters`: options that it takes. */
function onEach(
  verb: string,
  letters: string,
  act: (sys: Sys, c: Container, list: Container[], given: string) => string,
): Known {
  const usage = `docker ${verb} [OPTIONS] CONTAINER [CONTAINER...]`
  return {
    usage,
    letters,
    run: (sys, rest, given) => {
      each(sys, rest, usage, (c, list) => act(sys, c, list, given))
    },
  }
}

const COMMANDS: Readonly<Record<string, Known>> = {
  ps: {
    usage: 'docker ps [OPTIONS]',
    letters: 'aqlns',
    run(sys, rest, letters) {
      if (rest.length > 0) {
        const wrong = usageError("docker: 'docker ps' accepts no arguments", 'docker ps [OPTIONS]')
        end(sys, wrong.status, wrong.error)
        return
      }
      const list = containers(sys).filter((c) => c.running || /[al]/.test(letters))
      sys.out(
        letters.includes('q') ? list.map((c) => `${c.id.slice(0, 12)}\n`).join('') : psTable(list, sys.k.now),
      )
      sys.exit(0)
    },
  },
  rm: onEach('rm', 'fvl', (sys, c, list, given) => {
    if (c.running && !given.includes('f'))
      return `cannot remove container "${c.name}": container is running: stop the container before removing or force remove`
    stopContainer(sys, c, 137)
    dropLog(sys, c)
    list.splice(list.indexOf(c), 1)
    return ''
  }),
  stop: onEach('stop', '', (sys, c, list) => {
    stopContainer(sys, c, 0)
    if (c.remove) {
      dropLog(sys, c)
      list.splice(list.indexOf(c), 1)
    }
    return ''
  }),
  start: onEach('start', 'ai', (sys, c, list) => (c.running ? '' : started(sys, c, list))),
  restart: onEach('restart', '', (sys, c, list) => {
    stopContainer(sys, c, 0)
    return started(sys, c, list)
  }),
  images: {
    usage: 'docker images [OPTIONS] [REPOSITORY[:TAG]]',
    letters: 'aq',
    run(sys, rest) {
      sys.out(imageTable(rest[0]))
      sys.exit(0)
    },
  },
  inspect: {
    usage: 'docker inspect [OPTIONS] NAME|ID [NAME|ID...]',
    letters: 's',
    run(sys, words) {
      const at = words.findIndex((w) => w === FORMAT)
      const template = at < 0 ? null : (words[at + 1] ?? '')
      const rest = words.filter((_, n) => at < 0 || (n !== at && n !== at + 1))
      if (rest.length === 0) {
        const usage = 'docker inspect [OPTIONS] NAME|ID [NAME|ID...]'
        const wrong = usageError("docker: 'docker inspect' requires at least 1 argument", usage, 'See')
        end(sys, wrong.status, wrong.error)
        return
      }
      const list = containers(sys)
      const found = rest.map((word) => find(list, word))
      const objects = inspected(found.filter((c) => c !== undefined))
      if (template === null) sys.out(`${JSON.stringify(objects, null, 4)}\n`)
      else
        for (const object of objects) {
          const text = formatted(template, object)
          if (text === null) {
            end(sys, 64, `template parsing error: this lab knows paths, json and range in '${template}'\n`)
            return
          }
          sys.out(`${text}\n`)
        }
      const missing = rest.find((_, n) => found[n] === undefined)
      if (missing === undefined) sys.exit(0)
      else end(sys, 1, `Error: No such object: ${missing}\n`)
    },
  },
  port: {
    usage: 'docker port CONTAINER [PRIVATE_PORT[/PROTO]]',
    letters: '',
    run(sys, rest) {
      const c = find(containers(sys), rest[0] ?? '')
      if (!c) {
        end(sys, 1, daemonError(`No such container: ${rest[0] ?? ''}`))
        return
      }
      if (c.running) for (const p of c.ports) sys.out(`${p.container}/${p.proto} -> 0.0.0.0:${p.host}\n`)
      sys.exit(0)
    },
  },
  version: {
    usage: 'docker version [OPTIONS]',
    letters: '',
    run(sys) {
      sys.out('Client:\n Version:           28.2.2\n API version:       1.50\n')
      sys.exit(0)
    },
  },
}

/** Commands of docker's that this lab has not, and what to do instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  stats: 'perf record -a -g -- sleep 5 and perf report say who has the CPU',
  top: 'docker inspect NAME shows the process, ss -ltnp the sockets',
  network: 'there are bridge and host; docker inspect NAME shows which one a container has',
  pull: 'this lab fetches nothing; docker images shows what is there',
  build: 'this lab fetches nothing; docker images shows what is there',
  compose: 'docker run starts a container',
  info: 'docker version, docker images and docker ps are there',
}

const HELP = `Usage:  docker [OPTIONS] COMMAND

A self-sufficient runtime for containers

Commands of this lab:
  run exec ps rm stop start restart logs inspect port images version
`

export const docker: Program = {
  name: 'docker',
  usage: 'docker {run|exec|ps|rm|stop|start|restart|logs|inspect|port|images} ...',
  start(sys) {
    const [, ...all] = sys.process.argv
    const words = all[0] === 'container' ? all.slice(1) : all
    const name =
      { ls: 'ps', list: 'ps', kill: 'stop', '--version': 'version', '-v': 'version' }[words[0] ?? ''] ??
      words[0]
    if ((name as string | undefined) === undefined || name === '--help' || name === 'help') {
      sys.out(HELP)
      sys.exit(0)
      return
    }
    if (sys.files.exists('/var/run/docker.sock') === null) {
      end(
        sys,
        1,
        'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
      )
      return
    }
    if (name === 'run') {
      run(sys, words.slice(1))
      return
    }
    if (name === 'exec') {
      exec(sys, words.slice(1))
      return
    }
    if (name === 'logs') {
      logs(sys, words.slice(1), (c) => kernelOf(sys, c))
      return
    }
    if (Object.hasOwn(INSTEAD, name)) {
      end(sys, 1, `docker ${name}: not in this lab: ${INSTEAD[name]}\n`)
      return
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (!command) {
      end(sys, 1, `docker: unknown command: docker ${name}\n\nRun 'docker --help' for more information\n`)
      return
    }
    const parts = split(words.slice(1), command.letters)
    if (typeof parts === 'string') {
      end(sys, 125, usageError(parts, command.usage).error)
      return
    }
    command.run(sys, parts.rest, parts.letters)
  },
  timer(sys) {
    followOn(sys, sys.process.data as Following, (c) => kernelOf(sys, c))
  },
  interrupt(sys) {
    const { follows, foreground } = (sys.process.data ?? {}) as Partial<Following>
    // A container in the foreground ends with its terminal's Ctrl-C.
    const list = containers(sys)
    const c = foreground ? list.find((one) => one.id === follows) : undefined
    if (c) {
      stopContainer(sys, c, 0)
      if (c.remove) dropLog(sys, c)
      keep(sys, c.remove ? list.filter((one) => one !== c) : list)
    }
    sys.exit(0)
  },
  complete: (words, index) =>
    index === 1
      ? [...Object.keys(COMMANDS), 'run', 'exec', 'logs'].filter((name) => name.startsWith(words[1] ?? ''))
      : [],
}
