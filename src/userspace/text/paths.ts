/**
 * basename(1), dirname(1) and paste(1).
 */
import { errnoText } from '../shell/files.ts'
import type { Program } from '../program.ts'
import { optionsOf, usageError } from './options.ts'
import { unescape } from '../shell/escapes.ts'

export const basename: Program = {
  name: 'basename',
  usage: 'basename NAME [SUFFIX]',
  start: (sys) => {
    const options = optionsOf(sys, { short: 'as:', long: { multiple: 'a', suffix: 's' } })
    if (!options) return
    const { found, operands } = options
    const suffix = found.findLast(({ name }) => name === 's')?.value
    const several = found.length > 0
    if (operands.length === 0) return void usageError(sys, 'missing operand')
    if (!several && operands.length > 2) return void usageError(sys, `extra operand ‘${operands[2]}’`)
    const names = several ? operands : operands.slice(0, 1)
    sys.out(names.map((name) => `${baseOf(name, suffix ?? (several ? '' : (operands[1] ?? '')))}\n`).join(''))
    sys.exit(0)
  },
}

function baseOf(path: string, suffix: string): string {
  const trimmed = path.replace(/\/+$/, '')
  const base = trimmed === '' ? path.slice(0, 1) : trimmed.slice(trimmed.lastIndexOf('/') + 1)
  return suffix !== '' && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base
}

export const dirname: Program = {
  name: 'dirname',
  usage: 'dirname NAME...',
  start: (sys) => {
    const options = optionsOf(sys, { short: '', long: {} })
    if (!options) return
    if (options.operands.length === 0) return void usageError(sys, 'missing operand')
    sys.out(options.operands.map((name) => `${directoryOf(name)}\n`).join(''))
    sys.exit(0)
  },
}

function directoryOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  const slash = trimmed.lastIndexOf('/')
  if (slash < 0) return trimmed === '' && path !== '' ? '/' : '.'
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/'
}

interface Paste {
  serial: boolean
  delimiters: string[]
  files: string[]
  stdin: string
}

/** paste(1): -s -d. It begins when all of stdin is there. */
export const paste: Program = {
  name: 'paste',
  usage: 'paste [-s] [-d LIST] [FILE]...',
  start: (sys) => {
    const options = optionsOf(sys, { short: 'd:s', long: { delimiters: 'd', serial: 's' } })
    if (!options) return
    const list = options.found.findLast(({ name }) => name === 'd')?.value ?? '\t'
    const data: Paste = {
      serial: options.found.some(({ name }) => name === 's'),
      delimiters:
        list === ''
          ? ['']
          : [...unescape(list.replaceAll('\\0', '\0'), 'format').text].map((c) => (c === '\0' ? '' : c)),
      files: options.operands.length === 0 ? ['-'] : options.operands,
      stdin: '',
    }
    sys.process.data = data
    if (!data.files.includes('-')) print(data, sys)
  },
  input: (sys, text) => {
    ;(sys.process.data as Paste).stdin += text
  },
  eof: (sys) => {
    print(sys.process.data as Paste, sys)
  },
}

function print(data: Paste, sys: Parameters<Program['start']>[0]): void {
  let stdin: string[] | null = linesOf(data.stdin)
  const dashes = data.files.filter((file) => file === '-').length
  const columns: string[][] = []
  let dash = 0
  for (const file of data.files) {
    if (file === '-') {
      // Several `-` take the lines in turn.
      const own = dash++
      columns.push(data.serial ? (stdin ?? []) : (stdin ?? []).filter((_, i) => i % dashes === own))
      if (data.serial) stdin = null
      continue
    }
    const text = sys.files.read(file)
    if (typeof text !== 'string') {
      sys.err(`paste: ${file}: ${errnoText(text)}\n`)
      sys.exit(1)
      return
    }
    columns.push(linesOf(text))
  }
  const rows = data.serial
    ? columns
    : Array.from({ length: Math.max(...columns.map((column) => column.length)) }, (_, i) =>
        columns.map((column) => column[i] ?? ''),
      )
  sys.spend?.(rows.length)
  sys.out(rows.map((row) => `${join(row, data.delimiters)}\n`).join(''))
  sys.exit(0)
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function join(row: string[], delimiters: string[]): string {
  return row.reduce(
    (text, cell, i) => (i === 0 ? cell : text + delimiters[(i - 1) % delimiters.length] + cell),
    '',
  )
}
