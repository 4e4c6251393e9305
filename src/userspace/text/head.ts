/**
 * head(1): the first lines (-n) or characters (-c) of each input; `-n -5`: all but the last five.
 *
 * -c counts UTF-16 units where the real one counts bytes: the same for ASCII.
 */
import { errnoText } from '../shell/files.ts'
import { parseCount } from './counts.ts'
import { banner, lastPart, modernise } from './ends.ts'
import { filterProgram } from './filter.ts'
import { fatal, optionsOf } from './options.ts'

interface Head {
  count: number
  unit: 'lines' | 'bytes'
  /** All but the last `count`. */
  butLast: boolean
  banners: boolean
  printed: number
  /** Still to come of this input; for butLast: what is held back. */
  left: number
  held: string
  inputs: number
}

export const head = filterProgram<Head>({
  name: 'head',
  usage: 'head [-n [-]NUM] [-c [-]NUM] [-qv] [FILE]...',
  open: (sys) => {
    const options = optionsOf(
      sys,
      {
        short: 'n:c:qvz',
        long: { lines: 'n', bytes: 'c', quiet: 'q', silent: 'q', verbose: 'v' },
      },
      1,
      modernise(sys.process.argv),
    )
    if (!options) return null
    const data: Head = {
      count: 10,
      unit: 'lines',
      butLast: false,
      banners: options.operands.length > 1,
      printed: 0,
      left: 0,
      held: '',
      inputs: options.operands.length || 1,
    }
    for (const { name, value } of options.found) {
      if (name === 'q') data.banners = false
      else if (name === 'v') data.banners = true
      else {
        data.unit = name === 'c' ? 'bytes' : 'lines'
        data.butLast = value.startsWith('-')
        const count = parseCount(value.replace(/^[-+]/, ''))
        if (count === null) return fatal(sys, `invalid number of ${data.unit}: ‘${value}’`)
        data.count = count
      }
    }
    return { data, files: options.operands }
  },
  begin: (sys, data, name) => {
    data.left = data.count
    data.held = ''
    if (data.banners) sys.out(banner(name, data.printed++ === 0))
    if (data.count === 0 && !data.butLast && data.inputs === 1) sys.exit(0)
  },
  text: (sys, data, text) => {
    if (data.butLast) {
      data.held += text
      const keep = lastPart(data.held, data.count, data.unit)
      if (keep > 0) sys.out(data.held.slice(0, keep))
      data.held = data.held.slice(keep)
      return
    }
    if (data.left > 0) sys.out(take(data, text))
    if (data.left === 0 && data.inputs === 1) sys.exit(0)
  },
  missing: (sys, data, name, error) => {
    if (error.errno !== 'EISDIR') sys.err(`head: cannot open '${name}' for reading: ${errnoText(error)}\n`)
    else {
      if (data.banners) sys.out(banner(name, data.printed++ === 0))
      sys.err(`head: error reading '${name}': Is a directory\n`)
    }
  },
  end: (_sys, _data, failed) => (failed ? 1 : 0),
})

function take(data: Head, text: string): string {
  if (data.unit === 'bytes') {
    const piece = text.slice(0, data.left)
    data.left -= piece.length
    return piece
  }
  let at = 0
  while (data.left > 0) {
    const newline = text.indexOf('\n', at)
    if (newline < 0) return text
    at = newline + 1
    data.left--
  }
  return text.slice(0, at)
}
