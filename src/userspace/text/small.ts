/**
 * Small tools: tee, rev, tac, nl, yes.
 */
import { errnoText } from '../shell/files.ts'
import { PORTION } from '../portion.ts'
import type { Program, Sys } from '../program.ts'
import { filterProgram } from './filter.ts'
import { takeLines, takeRest, type LineBuffer } from './lines.ts'
import { optionsOf } from './options.ts'

/** tee(1): -a. Every file gets each piece of text as one write, so it can set a file under /proc. */
export const tee: Program = {
  name: 'tee',
  usage: 'tee [-a] [FILE]...',
  start: (sys) => {
    const options = optionsOf(sys, { short: 'aip', long: { append: 'a', 'ignore-interrupts': 'i' } })
    if (!options) return
    const append = options.found.some(({ name }) => name === 'a')
    const files: string[] = []
    let status = 0
    for (const file of options.operands) {
      const error =
        file.startsWith('/proc/') && sys.files.exists(file) === 'file'
          ? null
          : sys.files.write(file, '', append)
      if (error) {
        sys.err(`tee: ${file}: ${errnoText(error)}\n`)
        status = 1
      } else files.push(file)
    }
    sys.process.data = { files, status }
  },
  input: (sys, text) => {
    const data = sys.process.data as { files: string[]; status: number }
    sys.out(text)
    for (const file of data.files) {
      const error = sys.files.write(file, text, true)
      if (!error) continue
      sys.err(`tee: ${file}: ${errnoText(error)}\n`)
      data.status = 1
    }
  },
  eof: (sys) => {
    sys.exit((sys.process.data as { status: number }).status)
  },
}

/** rev(1): the characters of each line backwards. */
export const rev = filterProgram<LineBuffer>({
  name: 'rev',
  usage: 'rev [FILE]...',
  open: (sys) => {
    const options = optionsOf(sys, { short: '', long: {} })
    return options && { data: { rest: '' }, files: options.operands }
  },
  text: (sys, data, text) => {
    sys.out(
      takeLines(data, text)
        .map((line) => `${[...line].reverse().join('')}\n`)
        .join(''),
    )
  },
  done: (_sys, data) => [...takeRest(data).join('')].reverse().join(''),
  missing: (sys, _data, name, error) => {
    sys.err(`rev: cannot open ${name}: ${errnoText(error)}\n`)
  },
  end: (_sys, _data, failed) => (failed ? 1 : 0),
})

/** tac(1): the lines of each input, the last one first. */
export const tac = filterProgram<LineBuffer>({
  name: 'tac',
  usage: 'tac [FILE]...',
  open: (sys) => {
    const options = optionsOf(sys, { short: '', long: {} })
    return options && { data: { rest: '' }, files: options.operands }
  },
  text: (_sys, data, text) => {
    data.rest += text
  },
  done: (_sys, data) => {
    const lines = data.rest.split(/(?<=\n)/).reverse()
    data.rest = ''
    return lines.join('')
  },
  missing: (sys, _data, name, error) => {
    const [text, what] =
      error.errno === 'EISDIR' ? ['read error', name] : ['failed to open', `'${name}' for reading`]
    sys.err(
      error.errno === 'EISDIR'
        ? `tac: ${what}: ${text}: ${errnoText(error)}\n`
        : `tac: ${text} ${what}: ${errnoText(error)}\n`,
    )
  },
  end: (_sys, _data, failed) => (failed ? 1 : 0),
})

/** nl(1): -ba -bt -w -s. Left out: pages, and nl -v, -i, -n. */
export const nl = filterProgram<
  LineBuffer & { all: boolean; width: number; separator: string; line: number }
>({
  name: 'nl',
  usage: 'nl [-b a|t] [-w WIDTH] [-s STRING] [FILE]...',
  open: (sys) => {
    const options = optionsOf(sys, {
      short: 'b:w:s:',
      long: { 'body-numbering': 'b', 'number-width': 'w', 'number-separator': 's' },
    })
    if (!options) return null
    const value = (letter: string): string | undefined =>
      options.found.findLast(({ name }) => name === letter)?.value
    const data = {
      rest: '',
      all: value('b') === 'a',
      width: Number(value('w') ?? 6),
      separator: value('s') ?? '\t',
      line: 0,
    }
    return { data, files: options.operands }
  },
  text: (sys, data, text) => {
    sys.out(
      takeLines(data, text)
        .map((line) => number(data, line))
        .join(''),
    )
  },
  done: (_sys, data) =>
    takeRest(data)
      .map((line) => number(data, line))
      .join(''),
  end: (_sys, _data, failed) => (failed ? 1 : 0),
})

function number(
  data: { all: boolean; width: number; separator: string; line: number },
  line: string,
): string {
  if (line === '' && !data.all) return `${' '.repeat(data.width + data.separator.length)}\n`
  return `${String(++data.line).padStart(data.width)}${data.separator}${line}\n`
}

/** yes(1). Fuel ends it, or whoever reads it. */
export const yes: Program = {
  name: 'yes',
  usage: 'yes [STRING]...',
  start: sayYes,
  goOn: sayYes,
}

function sayYes(sys: Sys): void {
  const line = `${sys.process.argv.slice(1).join(' ') || 'y'}\n`
  const text = line.repeat(Math.max(1, Math.floor(PORTION / line.length)))
  while (sys.out(text, true) && sys.breakOff?.() !== true) sys.spend?.(10)
}
