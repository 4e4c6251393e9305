/** The options that stand before the object: `ip -4 -br addr`. Linux: iproute2, ip/ip.c main */
import { complain, invalidArgument, leftOut, matches, Quit, take, type Args } from './args.ts'
import { noNetns } from './netns.ts'

export interface Options {
  family: '' | 'inet' | 'inet6' | 'link'
  /** How often -s was given. */
  stats: number
  brief: boolean
  oneline: boolean
  /** -d: what is as usual, too. -j and -p: as JSON, in lines. */
  details: boolean
  json: boolean
  pretty: boolean
  /** Between the lines of one entry: a backslash for -o. */
  eol: string
}

type Known =
  | 'family'
  | 'stats'
  | 'details'
  | 'oneline'
  | 'brief'
  | 'json'
  | 'pretty'
  | 'netns'
  | 'version'
  | 'help'
  | 'nothing'
  | 'other'

/** In the order in which iproute2 tries them. */
const OPTIONS: readonly [name: string, means: Known][] = [
  ['loops', 'other'],
  ['family', 'family'],
  // Sizes and colours for people: there is nothing here that would be written otherwise.
  ['human-readable', 'nothing'],
  ['iec', 'nothing'],
  ['stats', 'stats'],
  ['statistics', 'stats'],
  ['details', 'details'],
  ['resolve', 'nothing'],
  ['oneline', 'oneline'],
  ['timestamp', 'nothing'],
  ['tshort', 'nothing'],
  ['Version', 'version'],
  ['force', 'nothing'],
  ['batch', 'other'],
  ['brief', 'brief'],
  ['json', 'json'],
  ['pretty', 'pretty'],
  ['rcvbuf', 'other'],
  ['color', 'nothing'],
  ['help', 'help'],
  ['netns', 'netns'],
  ['Numeric', 'nothing'],
  ['all', 'nothing'],
]

const FAMILIES: Record<string, Options['family']> = { inet: 'inet', inet6: 'inet6', link: 'link' }

/** Read the options; `version` and `help` end the command. */
export function readOptions(args: Args): Options | 'version' | 'help' {
  const options: Options = {
    family: '',
    stats: 0,
    brief: false,
    oneline: false,
    details: false,
    json: false,
    pretty: false,
    eol: '\n',
  }
  for (let word = args.words[args.at]; word?.startsWith('-'); word = args.words[args.at]) {
    args.at++
    if (word === '--') break
    const name = word.replace(/^--?/, '').replace(/^(c\w*)=(auto|always|never)$/, '$1')
    const digit = { '4': 'inet', '6': 'inet6', '0': 'link' }[name] as Options['family'] | undefined
    if (digit) {
      options.family = digit
      continue
    }
    const known = OPTIONS.find(([full]) => matches(name, full))
    if (!known) throw complain(`Option "-${name}" is unknown, try "ip -help".`)
    if (known[1] === 'version' || known[1] === 'help') return known[1]
    if (known[1] === 'other') throw leftOut(word)
    if (known[1] === 'family') options.family = takeFamily(args)
    else if (known[1] === 'stats') options.stats++
    else if (known[1] === 'brief') options.brief = true
    else if (known[1] === 'details') options.details = true
    else if (known[1] === 'json') options.json = true
    else if (known[1] === 'pretty') options.pretty = true
    else if (known[1] === 'netns') throw new Quit(255, noNetns(take(args)))
    else if (known[1] === 'oneline') {
      options.oneline = true
      options.eol = '\\'
    }
  }
  return options
}

function takeFamily(args: Args): Options['family'] {
  const word = take(args)
  const family = FAMILIES[word]
  if (family === undefined) throw invalidArgument('invalid protocol family', word)
  return family
}
