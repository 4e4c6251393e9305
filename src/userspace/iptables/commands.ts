/** The commands, and which options may stand with which. Linux: iptables, iptables/xshared.c */
import { problem } from '../../kernel/xtables/error.ts'

export const CMD_NONE = 0
export const CMD_INSERT = 1 << 0
export const CMD_DELETE = 1 << 1
export const CMD_DELETE_NUM = 1 << 2
export const CMD_REPLACE = 1 << 3
export const CMD_APPEND = 1 << 4
export const CMD_LIST = 1 << 5
export const CMD_FLUSH = 1 << 6
export const CMD_ZERO = 1 << 7
export const CMD_NEW_CHAIN = 1 << 8
export const CMD_DELETE_CHAIN = 1 << 9
export const CMD_SET_POLICY = 1 << 10
export const CMD_RENAME_CHAIN = 1 << 11
export const CMD_LIST_RULES = 1 << 12
export const CMD_ZERO_NUM = 1 << 13
export const CMD_CHECK = 1 << 14

/** Commands that carry the description of a rule. */
export const RULE_COMMANDS = CMD_REPLACE | CMD_INSERT | CMD_DELETE | CMD_APPEND | CMD_CHECK

/** By bit: the command's letter and the options it allows. `0` stands for --line-numbers. */
const COMMANDS: readonly [string, string][] = [
  ['I', 'sdpjviocf'],
  ['D', 'sdpjviof'],
  ['D', 'v'],
  ['R', 'sdpjviocf'],
  ['A', 'sdpjviocf'],
  ['L', 'nvx0'],
  ['F', 'v'],
  ['Z', 'v'],
  ['N', 'v'],
  ['X', 'v'],
  ['P', 'vc'],
  ['E', 'v'],
  ['S', 'v'],
  ['Z', 'v'],
  ['C', 'sdpjviof'],
]

/** The letter of the highest command in the set. */
export function cmd2char(command: number): string {
  return COMMANDS[31 - Math.clz32(command)][0]
}

/** One command more, if it may stand with those that are there. */
export function add_command(have: number, more: number, others: number, invert: boolean): number {
  if (invert) problem("unexpected '!' flag")
  if (have & ~others) problem(`Cannot use -${cmd2char(more)} with -${cmd2char(have & ~others)}`)
  return have | more
}

/** An option is legal when any of the commands allows it. */
export function generic_opt_check(command: number, options: ReadonlySet<string>): void {
  for (const letter of 'nsdpjvxio0cf') {
    if (!options.has(letter)) continue
    const given = COMMANDS.filter((_, bit) => command & (1 << bit))
    if (given.length > 0 && !given.some(([, legal]) => legal.includes(letter)))
      problem(`Illegal option \`-${letter}' with this command`)
  }
}
