/**
 * Options of a command line as GNU getopt_long reads them, one at a time, so that the set of options can grow between
 * two calls: that is how `-p tcp --dport` comes to know `--dport`.
 */

export interface LongOption {
  name: string
  /** 0: no argument, 1: one, 2: one if it is joined by `=`. */
  arg: 0 | 1 | 2
  /** What getopt answers with. */
  val: string
}

export interface Getopt {
  argv: string[]
  optind: number
  /** The rest of a word with several short options, '' between words. */
  rest: string
  optarg: string | null
}

export function newGetopt(argv: string[]): Getopt {
  return { argv, optind: 1, rest: '', optarg: null }
}

/** Answers of getopt that are no option: the end, a word without a dash, an unknown option, a missing argument. */
export const END = 'end'
export const WORD = 'word'
export const UNKNOWN = '?'
export const MISSING = ':'

function long(g: Getopt, word: string, options: readonly LongOption[]): string {
  const eq = word.indexOf('=')
  const name = word.slice(2, eq < 0 ? undefined : eq)
  const value = eq < 0 ? null : word.slice(eq + 1)
  g.optind++
  let found = options.find((o) => o.name === name)
  if (!found) {
    const like = options.filter((o) => o.name.startsWith(name))
    found = like[0]
    if (like.some((o) => o.val !== found?.val || o.arg !== found.arg)) return UNKNOWN
  }
  if (!found) return UNKNOWN
  if (value !== null) {
    if (found.arg === 0) return UNKNOWN
    g.optarg = value
  } else if (found.arg === 1) {
    if (g.optind >= g.argv.length) return MISSING
    g.optarg = g.argv[g.optind++]
  }
  return found.val
}

/**
 * The next option, its argument in `optarg`. `short`: letters, each with `:` for an argument, `::` for a joined one.
 * Words without a dash come in their order, as WORD (when the short options begin with `-`) or are left for the end.
 */
export function getopt(g: Getopt, short: string, options: readonly LongOption[]): string {
  g.optarg = null
  if (g.rest === '') {
    if (g.optind >= g.argv.length) return END
    const word = g.argv[g.optind]
    if (word === '--') {
      g.optind++
      return END
    }
    if (!word.startsWith('-') || word === '-') {
      g.optarg = word
      g.optind++
      return WORD
    }
    if (word.startsWith('--')) return long(g, word, options)
    g.rest = word.slice(1)
  }
  const letter = g.rest[0]
  g.rest = g.rest.slice(1)
  if (g.rest === '') g.optind++
  const at = letter === ':' ? -1 : short.indexOf(letter)
  if (at < 0) return UNKNOWN
  if (short[at + 1] !== ':') return letter
  if (g.rest !== '') {
    g.optarg = g.rest
    g.rest = ''
    g.optind++
    return letter
  }
  if (short[at + 2] === ':') return letter
  if (g.optind >= g.argv.length) return MISSING
  g.optarg = g.argv[g.optind++]
  return letter
}

/** Is there a further word that is no option? Linux: iptables, iptables/xshared.c xs_has_arg */
export function hasArg(g: Getopt): boolean {
  const word = g.argv[g.optind]
  return word !== undefined && !word.startsWith('-') && !word.startsWith('!')
}
