/**
 * `ip netns`: a host of a lab has no namespaces that were given names, so there is none to list or to enter.
 *
 * man 8 ip-netns; Linux: iproute2, ip/ipnetns.c
 * Left out: making namespaces: a lab's hosts are what it begins with
 */
import { abbreviated, complain, leftOut, peek, Quit, take, type Args } from './args.ts'

export const noNetns = (name: string): string =>
  `Cannot open network namespace "${name}": No such file or directory\n`

const COMMANDS = [
  'list',
  'show',
  'lst',
  'list-id',
  'help',
  'add',
  'set',
  'delete',
  'identify',
  'pids',
  'exec',
  'monitor',
  'attach',
] as const

export function ipNetns(args: Args): void {
  const word = peek(args)
  if (word === undefined) return
  args.at++
  const command = abbreviated(word, COMMANDS)
  const name = peek(args)
  switch (command) {
    case 'list':
    case 'show':
    case 'lst':
    case 'list-id':
      return
    case 'exec':
      if (name === undefined) throw new Quit(255, 'No netns name specified\n')
      throw new Quit(255, noNetns(name))
    case 'delete':
      if (name === undefined) throw new Quit(255, 'No netns name specified\n')
      throw new Quit(
        1,
        `Cannot remove namespace file "/run/netns/${take(args)}": No such file or directory\n`,
      )
    case 'pids':
      if (name === undefined) throw new Quit(255, 'No netns name specified\n')
      throw new Quit(1, 'Cannot open network namespace: No such file or directory\n')
    case 'set':
      if (name === undefined) throw new Quit(255, 'No netns name specified\n')
      if (args.words[args.at + 1] === undefined) throw new Quit(1, 'No nsid specified\n')
      throw leftOut('netns set')
    case undefined:
      throw complain(`Command "${word}" is unknown, try "ip netns help".`)
    default:
      throw leftOut(`netns ${command}`)
  }
}
