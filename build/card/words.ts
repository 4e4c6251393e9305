/** Command lines of scenarios as words, and the rules in them. */

/** A rule that a scenario's iptables lines make. */
export interface XtRule {
  table: string
  chain: string
  text: string
  matches: ReadonlySet<string>
  target: string
}

/** The words of a line, without their quotes. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''))
}

/** What `iptables -A/-I/-R/-P` lines write, also inside `for` loops and after `;` and `&&`. */
export function rulesOf(line: string): XtRule[] {
  return line
    .split(/;|&&|\|\|?|\bdo\b/)
    .map((part) => /(?:^|\s)iptables\s+(.*)$/.exec(part)?.[1])
    .flatMap((args) => (args === undefined ? [] : ruleOf(args)))
}

function ruleOf(args: string): XtRule[] {
  const words = wordsOf(args)
  const after = (...names: string[]): string | undefined => {
    const at = words.findIndex((word) => names.includes(word))
    return at < 0 ? undefined : words[at + 1]
  }
  const chain = after('-A', '-I', '-R', '--append', '--insert', '--replace')
  if (chain === undefined) return []
  const matches = new Set(words.flatMap((word, i) => (word === '-m' ? [words[i + 1]] : [])))
  // `-p tcp --dport 80` loads the match of the protocol's name.
  const proto = after('-p', '--protocol')
  if (
    proto !== undefined &&
    /(^| )--(s|d)port|--tcp-|--syn|--icmp-type|--source-port|--destination-port/.test(args)
  )
    matches.add(proto)
  return [{ table: after('-t') ?? 'filter', chain, text: args, matches, target: after('-j', '-g') ?? '' }]
}
