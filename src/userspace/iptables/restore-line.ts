/** A line of iptables-restore as words. Linux: iptables, iptables/xshared.c add_param_to_argv, tokenize_rule_counters */
import { problem } from '../../kernel/xtables/error.ts'

/** Words are parted by blanks; double quotes keep blanks, and inside them a backslash keeps the next letter. */
export function splitLine(line: string): string[] {
  const words: string[] = []
  let word = ''
  let quoted = false
  let escaped = false
  for (const c of line) {
    if (quoted) {
      if (escaped) {
        word += c
        escaped = false
      } else if (c === '\\') escaped = true
      else if (c === '"') {
        quoted = false
        words.push(word)
        word = ''
      } else word += c
    } else if (c === '"') quoted = true
    else if (c === ' ' || c === '\t' || c === '\n') {
      if (word !== '') words.push(word)
      word = ''
    } else word += c
    if (word.length >= 1024) problem('Parameter too long!')
  }
  if (word !== '') words.push(word)
  if (words.length > 250) problem('Parser cannot handle more arguments')
  return words
}

/** `[packets:bytes]` at the beginning of a rule, and the rest of it. The colon is looked for in the whole line. */
export function takeCounters(
  line: string,
  number: number,
): { counters: [string, string] | null; rest: string } {
  if (!line.startsWith('[')) return { counters: null, rest: line }
  const end = line.indexOf(']')
  if (end < 0) problem(`Bad line ${number}: need ]`)
  const [, pkts, bytes] =
    /^:*([^:]+):\]*([^\]]+)/.exec(line.slice(1)) ?? problem(`Bad line ${number}: need ]`)
  return { counters: [pkts, bytes], rest: line.slice(end + 1) }
}
