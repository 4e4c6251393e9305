/**
 * ls(1): names, one a line when it is piped, else beside each other; -1 -a -A -d -F -p -R.
 *
 * Left out: -l says no more than the kind and the size, as files here have no owners and times.
 */
import { errnoText } from '../shell/files.ts'
import type { Program, Sys } from '../program.ts'
import { optionsOf } from './options.ts'

export const ls: Program = {
  name: 'ls',
  usage: 'ls [-1aAdFlpR] [FILE]...',
  start: run,
}

function run(sys: Sys): void {
  const options = optionsOf(
    sys,
    {
      short: '1aAbcCdfFgGhHiklLmnNopqQrRsStuUvxXZ',
      long: { all: 'a', 'almost-all': 'A', directory: 'd', recursive: 'R', color: 'color::' },
    },
    2,
  )
  if (!options) return
  const has = (letter: string): boolean => options.found.some(({ name }) => name === letter)
  const operands = options.operands.length > 0 ? options.operands : ['.']
  const known = operands.filter((name) => sys.files.exists(name) !== null)
  const missing = operands.filter((name) => sys.files.exists(name) === null)
  for (const name of missing.sort())
    sys.err(`ls: cannot access '${name}': ${errnoText({ errno: 'ENOENT' })}\n`)
  const isDir = (name: string): boolean => sys.files.exists(name) === 'dir' && !has('d')
  const files = known.filter((name) => !isDir(name)).sort()
  const dirs = known.filter(isDir).sort()
  const form: Form = {
    long: has('l'),
    lines: has('1') || sys.process.stdout.kind !== 'tty',
    mark: has('F') || has('p'),
  }
  let text = files.length > 0 ? format(sys, '', files, form) : ''
  for (const dir of has('R') ? dirs.flatMap((name) => withBelow(sys, name)) : dirs) {
    const headed = operands.length > 1 || has('R')
    if (text !== '') text += '\n'
    const names = sys.files.list(dir).filter((name) => !name.startsWith('.') || has('a') || has('A'))
    text += (headed ? `${dir}:\n` : '') + format(sys, dir, has('a') ? ['.', '..', ...names] : names, form)
  }
  sys.out(text)
  sys.exit(missing.length > 0 ? 2 : 0)
}

interface Form {
  long: boolean
  lines: boolean
  mark: boolean
}

function withBelow(sys: Sys, dir: string): string[] {
  const below = sys.files.list(dir).map((name) => `${dir.replace(/\/$/, '')}/${name}`)
  return [
    dir,
    ...below.filter((name) => sys.files.exists(name) === 'dir').flatMap((name) => withBelow(sys, name)),
  ]
}

function format(sys: Sys, dir: string, names: string[], { long, lines, mark }: Form): string {
  const path = (name: string): string => (dir === '' ? name : `${dir}/${name}`)
  const isDir = (name: string): boolean => sys.files.exists(path(name)) === 'dir'
  const shown = names.map((name) => (mark && isDir(name) ? `${name}/` : name))
  if (long) {
    const sizes = names.map((name) => {
      const text = path(name).startsWith('/proc/') ? '' : sys.files.read(path(name))
      return String(typeof text === 'string' ? text.length : 4096)
    })
    const width = Math.max(...sizes.map((size) => size.length), 1)
    return shown
      .map(
        (name, i) =>
          `${isDir(names[i]) ? 'drwxr-xr-x' : '-rw-r--r--'} root root ${sizes[i].padStart(width)} ${name}\n`,
      )
      .join('')
  }
  if (lines) return shown.map((name) => `${name}\n`).join('')
  return columns(shown)
}

/** Beside each other, column by column, as wide as a terminal of 80 characters allows. */
function columns(names: string[]): string {
  for (let rows = 1; rows <= names.length; rows++) {
    const table = Array.from({ length: Math.ceil(names.length / rows) }, (_, i) =>
      names.slice(i * rows, (i + 1) * rows),
    )
    const widths = table.map((column) => Math.max(...column.map((name) => name.length)) + 2)
    if (widths.reduce((sum, width) => sum + width, 0) - 2 >= 80 && rows < names.length) continue
    const line = (row: number): string =>
      table
        .map((column, i) => (column[row] ?? '').padEnd(i < table.length - 1 ? widths[i] : 0))
        .join('')
        .trimEnd()
    return Array.from({ length: rows }, (_, row) => `${line(row)}\n`).join('')
  }
  return ''
}
