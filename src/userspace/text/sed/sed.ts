/**
 * sed(1), GNU: -n -e -f -E -r -s -i[SUFFIX] -u.
 */
import { errnoText } from '../../shell/files.ts'
import type { Sys } from '../../program.ts'
import { filterProgram, type Opened } from '../filter.ts'
import { LINE_FUEL, takeLines, takeRest } from '../lines.ts'
import { parseOptions } from '../options.ts'
import { parseScript } from './parse.ts'
import { runScript, type SedState } from './run.ts'
import { SedError, type Script } from './script.ts'

interface Sed {
  script: Script
  state: SedState
  rest: string
  separate: boolean
  /** -i: what a file becomes; the suffix of a copy of the old one. */
  inPlace: { suffix: string } | null
  name: string
}

export const sed = filterProgram<Sed>({
  name: 'sed',
  usage: 'sed [-nErsi[SUFFIX]] {-e script | -f script-file | script} [FILE]...',
  open,
  begin: (_sys, data, name) => {
    data.name = name
    if (!data.separate) return
    data.state.ended = false
    data.state.line = data.inPlace ? 0 : data.state.line
  },
  text: (sys, data, text) => {
    const { queue } = data.state
    const lines = takeLines(data, text)
    sys.spend?.(lines.length * 2 * LINE_FUEL)
    for (const line of lines) queue.push({ text: line, newline: true })
    go(sys, data)
  },
  done: (sys, data, name) => {
    for (const line of takeRest(data)) data.state.queue.push({ text: line, newline: false })
    if (data.separate) data.state.ended = true
    go(sys, data)
    if (data.inPlace && name !== '-') writeBack(sys, data, data.inPlace.suffix)
  },
  missing: (sys, _data, name, error) => {
    const text =
      error.errno === 'EISDIR'
        ? `couldn't edit ${name}: not a regular file`
        : `can't read ${name}: ${errnoText(error)}`
    sys.err(
      `sed: ${error.errno === 'EISDIR' && !_data.inPlace ? `read error on ${name}: ${errnoText(error)}` : text}\n`,
    )
  },
  end: (sys, data, failed) => {
    data.state.ended = true
    go(sys, data)
    return data.state.status ?? (failed ? 2 : 0)
  },
})

function go(sys: Sys, data: Sed): void {
  const { state } = data
  runScript(sys, data.script, state)
  if (data.inPlace) return
  const { out } = state
  state.out = ''
  if (!sys.out(out)) return
  if (state.status !== null) sys.exit(state.status)
}

function writeBack(sys: Sys, { state, name }: Sed, suffix: string): void {
  const old = sys.files.read(name)
  const copy = suffix.includes('*') ? suffix.replaceAll('*', name) : name + suffix
  if (suffix !== '' && typeof old === 'string') sys.files.write(copy, old, false)
  const error = sys.files.write(name, state.out, false)
  if (error) sys.err(`sed: couldn't open file ${name}: ${errnoText(error)}\n`)
  state.out = ''
  state.owed = false
}

function open(sys: Sys): Opened<Sed> | null {
  const options = parseOptions(sys.process.argv, {
    short: 'bsnrzuEe:f:l:i::',
    long: {
      quiet: 'n',
      silent: 'n',
      expression: 'e',
      file: 'f',
      'in-place': 'i',
      'regexp-extended': 'r',
      separate: 's',
      unbuffered: 'u',
    },
  })
  if ('error' in options) {
    sys.err(`sed: ${options.error}\n${USAGE}`)
    sys.exit(1)
    return null
  }
  const { found, operands } = options
  const has = (letters: string): boolean => found.some(({ name }) => letters.includes(name))
  const texts: { text: string; name: string }[] = []
  for (const { name, value } of found) {
    if (name === 'e') texts.push({ text: value, name: `-e expression #${texts.length + 1}` })
    if (name !== 'f') continue
    const text = sys.files.read(value)
    if (typeof text !== 'string') {
      sys.err(`sed: couldn't open file ${value}: ${errnoText(text)}\n`)
      sys.exit(4)
      return null
    }
    texts.push({ text: text.replace(/\n$/, ''), name: `file ${value} line` })
  }
  if (texts.length === 0) {
    const text = operands.shift()
    if (text === undefined) {
      sys.err(USAGE)
      sys.exit(1)
      return null
    }
    texts.push({ text, name: '-e expression #1' })
  }
  const inPlace = found.findLast(({ name }) => name === 'i')
  const script = parsed(sys, texts, has('Er'))
  if (!script) return null
  const data: Sed = {
    script,
    state: newState(has('n') || /^#n(?:\n|$)/.test(texts[0].text), has('Er')),
    rest: '',
    separate: has('s') || inPlace !== undefined,
    inPlace: inPlace ? { suffix: inPlace.value } : null,
    name: '-',
  }
  return { data, files: operands }
}

const USAGE = 'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n'

/** The script of all -e together. */
function parsed(sys: Sys, texts: { text: string; name: string }[], extended: boolean): Script | null {
  try {
    return parseScript(texts.map(({ text }) => text).join('\n'), extended)
  } catch (error) {
    if (!(error instanceof SedError)) throw error
    sys.err(`sed: ${placeOf(texts, error.at)}${error.message}\n`)
    // A label that is missing is found at the very end: sed calls that a panic.
    sys.exit(error.at < 0 ? 4 : 1)
    return null
  }
}

/** Which expression, and where in it. Below 0: no place is named. */
function placeOf(texts: { text: string; name: string }[], at: number): string {
  if (at < 0) return ''
  let from = 0
  for (const { text, name } of texts) {
    if (at <= from + text.length)
      return name.startsWith('file') ? `${name} 1: ` : `${name}, char ${at - from}: `
    from += text.length + 1
  }
  return ''
}

function newState(quiet: boolean, extended: boolean): SedState {
  return {
    quiet,
    extended,
    queue: [],
    next: 0,
    ended: false,
    line: 0,
    space: null,
    newline: true,
    hold: '',
    holdNewline: true,
    at: 0,
    changed: false,
    inside: [],
    appended: [],
    last: null,
    out: '',
    owed: false,
    status: null,
    opened: [],
  }
}
