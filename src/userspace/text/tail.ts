/**
 * tail(1): the last lines (-n) or characters (-c) of each input; `-n +5`: from the fifth on.
 *
 * Left out: -f, which has nothing to follow here (files do not grow by themselves; `tail -f` ends at the end).
 * -c counts UTF-16 units where the real one counts bytes: the same for ASCII.
 */
import { errnoText } from '../shell/files.ts'
import { parseCount } from './counts.ts'
import { banner, lastPart, modernise } from './ends.ts'
import { filterProgram } from './filter.ts'
import { fatal, optionsOf } from './options.ts'

interface Tail {
  count: number
  unit: 'lines' | 'bytes'
  /** `+NUM`: from there on. */
  fromStart: boolean
  banners: boolean
  printed: number
  /** Lines or characters still to be passed over. */
  skip: number
  held: string
  /** Length of `held` at which it is cut down. */
  limit: number
}

/** Text kept back before it is cut down to what can still be wanted. */
const SLACK = 65536

export const tail = filterProgram<Tail>({
  name: 'tail',
  usage: 'tail [-n [+]NUM] [-c [+]NUM] [-qv] [FILE]...',
  open: (sys) => {
    const options = optionsOf(
      sys,
      {
        short: 'n:c:qvfFz',
        long: { lines: 'n', bytes: 'c', quiet: 'q', silent: 'q', verbose: 'v', follow: 'f' },
      },
      1,
      modernise(sys.process.argv, true),
    )
    if (!options) return null
    const data: Tail = {
      count: 10,
      unit: 'lines',
      fromStart: false,
      banners: options.operands.length > 1,
      printed: 0,
      skip: 0,
      held: '',
      limit: SLACK,
    }
    for (const { name, value } of options.found) {
      if (name === 'q') data.banners = false
      else if (name === 'v') data.banners = true
      else if (name === 'n' || name === 'c') {
        data.unit = name === 'c' ? 'bytes' : 'lines'
        data.fromStart = value.startsWith('+')
        const count = parseCount(value.replace(/^[-+]/, ''))
        if (count === null) return fatal(sys, `invalid number of ${data.unit}: ‘${value}’`)
        data.count = count
      }
    }
    return { data, files: options.operands }
  },
  begin: (sys, data, name) => {
    data.skip = Math.max(data.count - 1, 0)
    data.held = ''
    if (data.banners) sys.out(banner(name, data.printed++ === 0))
  },
  text: (sys, data, text) => {
    if (data.fromStart) {
      sys.out(passOver(data, text))
      return
    }
    data.held += text
    if (data.held.length < data.limit) return
    data.held = data.held.slice(lastPart(data.held, data.count, data.unit))
    data.limit = Math.max(SLACK, 2 * data.held.length)
  },
  done: (_sys, data) => {
    const last = data.held.slice(lastPart(data.held, data.count, data.unit))
    data.held = ''
    return last
  },
  missing: (sys, data, name, error) => {
    if (error.errno !== 'EISDIR') sys.err(`tail: cannot open '${name}' for reading: ${errnoText(error)}\n`)
    else {
      if (data.banners) sys.out(banner(name, data.printed++ === 0))
      sys.err(`tail: error reading '${name}': Is a directory\n`)
    }
  },
  end: (_sys, _data, failed) => (failed ? 1 : 0),
})

/** What of a text comes after the part that is passed over. */
function passOver(data: Tail, text: string): string {
  if (data.unit === 'bytes') {
    const from = Math.min(data.skip, text.length)
    data.skip -= from
    return text.slice(from)
  }
  let at = 0
  for (; data.skip > 0; data.skip--) {
    const newline = text.indexOf('\n', at)
    if (newline < 0) return ''
    at = newline + 1
  }
  return text.slice(at)
}
