/** The command of a command line. Linux: iptables, iptables/xshared.c do_parse */
import { problem } from '../../kernel/xtables/error.ts'
import { strictNumber } from '../../kernel/xtables/number.ts'
import * as cmd from './commands.ts'
import { findTarget, isStandard } from './extensions.ts'
import { hasArg } from './getopt.ts'
import { word, type Parser } from './parser.ts'

function ruleNumber(text: string): number {
  return strictNumber(text, 1, 0x7fffffff) ?? problem(`Invalid rule number \`${text}'`)
}

function checkChainName(name: string): void {
  if (name.length >= 29) problem(`chain name \`${name}' too long (must be under 29 chars)`)
  if (name.startsWith('-') || name.startsWith('!'))
    problem(`chain name not allowed to start with \`${name[0]}'`)
  if (findTarget(name) || isStandard(name)) problem('chain name may not clash with target name')
  if (/\s/.test(name)) problem(`Invalid chain name \`${name}'`)
}

export function readCommand(s: Parser, c: string, invert: boolean): boolean {
  const { p, g } = s
  const add = (more: number, others = 0): void => {
    p.command = cmd.add_command(p.command, more, others, invert)
  }
  switch (c) {
    case 'A':
    case 'C':
      add(c === 'A' ? cmd.CMD_APPEND : cmd.CMD_CHECK)
      p.chain = g.optarg
      return true
    case 'D':
      add(cmd.CMD_DELETE)
      p.chain = g.optarg
      if (hasArg(g)) {
        p.rulenum = ruleNumber(g.argv[g.optind++])
        p.command = cmd.CMD_DELETE_NUM
      }
      return true
    case 'R':
      add(cmd.CMD_REPLACE)
      p.chain = g.optarg
      if (!hasArg(g)) problem('-R requires a rule number')
      p.rulenum = ruleNumber(g.argv[g.optind++])
      return true
    case 'I':
      add(cmd.CMD_INSERT)
      p.chain = g.optarg
      p.rulenum = hasArg(g) ? ruleNumber(g.argv[g.optind++]) : 1
      return true
    case 'L':
    case 'S':
      add(c === 'L' ? cmd.CMD_LIST : cmd.CMD_LIST_RULES, cmd.CMD_ZERO | cmd.CMD_ZERO_NUM)
      p.chain = word(s) ?? p.chain
      if (hasArg(g)) p.rulenum = ruleNumber(g.argv[g.optind++])
      return true
    case 'Z':
      add(cmd.CMD_ZERO, cmd.CMD_LIST | cmd.CMD_LIST_RULES)
      p.chain = word(s) ?? p.chain
      if (hasArg(g)) {
        p.rulenum = ruleNumber(g.argv[g.optind++])
        p.command = cmd.CMD_ZERO_NUM
      }
      return true
    case 'F':
    case 'X':
      add(c === 'F' ? cmd.CMD_FLUSH : cmd.CMD_DELETE_CHAIN)
      p.chain = word(s) ?? p.chain
      return true
    case 'N':
      checkChainName(g.optarg ?? '')
      add(cmd.CMD_NEW_CHAIN)
      p.chain = g.optarg
      return true
    case 'E':
      add(cmd.CMD_RENAME_CHAIN)
      p.chain = g.optarg
      if (!hasArg(g)) problem('-E requires old-chain-name and new-chain-name')
      p.newname = g.argv[g.optind++]
      return true
    case 'P':
      add(cmd.CMD_SET_POLICY)
      p.chain = g.optarg
      if (!hasArg(g)) problem('-P requires a chain and a policy')
      p.policy = g.argv[g.optind++]
      return true
    default:
      return false
  }
}
