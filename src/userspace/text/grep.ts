/**
 * grep(1), GNU: -E -F -G -P, -e -f, -i -v -w -x, -c -l -L -q -s -o -n -h -H -m, -A -B -C -NUM, -r.
 *
 * -P is JavaScript's regular expressions, with Perl's \K.
 * Left out: -z, -b, -a, --include and --exclude; colours are never written.
 */
import { errnoText } from '../shell/files.ts'
import type { FileError, Sys } from '../program.ts'
import { filterProgram } from './filter.ts'
import { grepPatterns, type Grep } from './grep-options.ts'
import { LINE_FUEL, takeLines, takeRest } from './lines.ts'
import { findIn, lineMatcher, type Matcher } from './grep-match.ts'

export const grep = filterProgram<Grep>({
  name: 'grep',
  usage: 'grep [-EFGP] [-ivwx] [-clLnoqshHr] [-ABC NUM] [-m NUM] [-e] PATTERNS [FILE]...',
  open: grepPatterns,
  begin: (_sys, data, name) => {
    data.name = name === '-' ? '(standard input)' : name
    data.line = 0
    data.count = 0
    data.before = []
    data.after = 0
    data.last = 0
    data.stopped = false
  },
  text: (sys, data, text) => {
    search(sys, data, takeLines(data, text))
  },
  done: (sys, data) => {
    search(sys, data, takeRest(data))
    if (sys.process.status !== null) return
    const prefix = data.names ? `${data.name}:` : ''
    if (data.mode === 'count') sys.out(`${prefix}${data.count}\n`)
    if (data.mode === 'files' && data.count > 0) sys.out(`${data.name}\n`)
    if (data.mode === 'files without' && data.count === 0) sys.out(`${data.name}\n`)
    if (data.mode === 'files without' ? data.count === 0 : data.count > 0) data.found = true
  },
  missing,
  end: (_sys, data, failed) => (failed && !(data.found && data.mode === 'quiet') ? 2 : data.found ? 0 : 1),
})

function missing(sys: Sys, data: Grep, name: string, error: FileError): void {
  if (!data.silent) sys.err(`grep: ${name}: ${errnoText(error)}\n`)
}

function search(sys: Sys, data: Grep, lines: string[]): void {
  sys.spend?.(lines.length * LINE_FUEL)
  const matcher = lineMatcher(data)
  const plain =
    data.mode === 'lines' && !data.numbers && !data.names && data.contextBefore + data.contextAfter === 0
  let text = ''
  for (const line of lines) {
    data.line++
    if (data.stopped) {
      // What follows the last match is still context of it, up to the next match.
      if (matcher.matches(line) === data.inverted) text += data.after > 0 ? notSelected(data, line) : ''
      else data.after = 0
      continue
    }
    if (matcher.matches(line) === data.inverted) {
      text += notSelected(data, line)
      continue
    }
    data.count++
    if (data.mode === 'quiet') {
      sys.exit(0)
      return
    }
    if (plain) text += `${line}\n`
    else if (data.mode === 'lines') text += selected(data, line)
    else if (data.mode === 'matches') text += matchesOf(data, matcher, line)
    if (data.count === data.most) data.stopped = true
  }
  if (text !== '' && !sys.out(text)) return
  if (data.stopped && data.after === 0 && data.inputs === 1 && data.mode !== 'count') endEarly(sys, data)
}

/** -m: enough has been seen of the only input. */
function endEarly(sys: Sys, data: Grep): void {
  data.found = true
  if (data.mode === 'files') sys.out(`${data.name}\n`)
  sys.exit(0)
}

function prefix(data: Grep, mark: ':' | '-', line: number): string {
  return (data.names ? data.name + mark : '') + (data.numbers ? `${line}${mark}` : '')
}

function selected(data: Grep, line: string): string {
  const first = data.line - data.before.length
  const gap = data.contextBefore + data.contextAfter > 0 && data.last > 0 && first > data.last + 1
  let text =
    gap || (data.separate && data.last === 0 && data.contextBefore + data.contextAfter > 0) ? '--\n' : ''
  data.before.forEach((earlier, i) => (text += `${prefix(data, '-', first + i)}${earlier}\n`))
  text += `${prefix(data, ':', data.line)}${line}\n`
  data.before = []
  data.after = data.contextAfter
  data.last = data.line
  data.separate = true
  return text
}

/** A line that is context, or will be. */
function notSelected(data: Grep, line: string): string {
  if (data.mode !== 'lines') return ''
  if (data.after > 0) {
    data.after--
    data.last = data.line
    return `${prefix(data, '-', data.line)}${line}\n`
  }
  if (data.contextBefore > 0) {
    data.before.push(line)
    if (data.before.length > data.contextBefore) data.before.shift()
  }
  return ''
}

/** -o */
function matchesOf(data: Grep, matcher: Matcher, line: string): string {
  if (data.inverted) return ''
  let text = ''
  for (const match of findIn(matcher, line)) text += `${prefix(data, ':', data.line)}${match}\n`
  return text
}
