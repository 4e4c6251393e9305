/**
 * sysctl(8): `sysctl [-nNqebw] [-r REGEX] NAME[=VALUE]...`, `sysctl -a`, `sysctl -p [FILE]`. As in procps 4.0.2, whose
 * habits it keeps: what is read-only is refused as an invalid argument, with status 0.
 *
 * Left out: --system (this system has /etc/sysctl.conf only), sysctls that the lab does not simulate.
 */
import type { Program, Sys } from '../program.ts'
import '../../kernel/sysctl-kept.ts'
import { sysctlText, writeSysctl } from '../../kernel/sysctl-access.ts'
import { errnoText } from '../shell/files.ts'
import { parseOptions, type FoundOption } from '../text/options.ts'
import { oldLoad, oldWrite } from './old.ts'
import { convert, fits, warn, type Mode } from './say.ts'
import { findPath, globMatches, PROC_SYS, sysctlTree } from './tree.ts'

/** A line `key = value`, read. `value` null: `-key`, a path that patterns leave out. */
interface Setting {
  path: string
  value: string | null
  ignoreFailure: boolean
}

/** The text of 3.3.12 knows no --dry-run. */
const usage = (old: boolean): string => {
  const text = USAGE.replace('the given variable(s)', old ? 'a variables' : 'the given variable(s)')
  return old ? text.replace(/ *--dry-run.*\n/, '') : text
}

const isOld = (sys: Sys): boolean => sys.k.machine.period === 'article'

const USAGE = `
Usage:
 sysctl [options] [variable[=value] ...]

Options:
  -a, --all            display all variables
  -A                   alias of -a
  -X                   alias of -a
      --deprecated     include deprecated parameters to listing
      --dry-run        Print the key and values but do not write
  -b, --binary         print value without new line
  -e, --ignore         ignore unknown variables errors
  -N, --names          print variable names without values
  -n, --values         print only values of the given variable(s)
  -p, --load[=<file>]  read values from file
  -f                   alias of -p
      --system         read values from all system directories
  -r, --pattern <expression>
                       select setting that match expression
  -q, --quiet          do not echo variable set
  -w, --write          enable writing a value to variable
  -o                   does nothing
  -x                   does nothing
  -d                   alias of -h

 -h, --help     display this help and exit
 -V, --version  output version information and exit

For more details see sysctl(8).
`

const OPTIONS = {
  short: 'bneNwfp::qoxaAXr:Vdh',
  long: {
    all: 'a',
    deprecated: 'deprecated',
    'dry-run': 'dry-run',
    binary: 'b',
    ignore: 'e',
    names: 'N',
    values: 'n',
    load: 'p',
    quiet: 'q',
    write: 'w',
    system: 'system',
    pattern: 'r',
    help: 'h',
    version: 'V',
  },
}

function modeOf(found: readonly FoundOption[]): Mode | 'help' | 'version' {
  const mode: Mode = {
    names: false,
    values: false,
    newline: true,
    ignore: false,
    quiet: false,
    dryRun: false,
    write: false,
    all: false,
    load: false,
    file: null,
    pattern: null,
  }
  for (const { name, value } of found) {
    if (name === 'b') mode.newline = false
    if (name === 'b' || name === 'n') mode.values = true
    else if (name === 'N') mode.names = true
    else if (name === 'e') mode.ignore = true
    else if (name === 'w') mode.write = true
    else if (name === 'q') mode.quiet = true
    else if (name === 'dry-run') mode.dryRun = true
    else if (name === 'r') mode.pattern = value
    else if (name === 'a' || name === 'A' || name === 'X') mode.all = true
    else if (name === 'p' || name === 'f') {
      mode.load = true
      if (value !== '') mode.file = value
    } else if (name === 'system') {
      mode.load = true
      mode.ignore = true
    } else if (name === 'V') return 'version'
    else if (name === 'd' || name === 'h') return 'help'
  }
  return mode
}

/** Print a value. `shown` is the name as it is printed. */
function printValue(sys: Sys, mode: Mode, shown: string, name: string): boolean {
  if (!fits(shown, mode.pattern)) return true
  if (mode.names) return sys.out(`${shown}\n`)
  const value = sysctlText(sys.k, name) ?? ''
  if (mode.values) return sys.out(`${value}${mode.newline ? '\n' : ''}`)
  return sys.out(`${shown} = ${value}\n`)
}

function printAll(sys: Sys, mode: Mode, names: readonly string[]): void {
  for (const name of names) if (!printValue(sys, mode, name, name)) return
}

/** Linux: procps, src/sysctl.c ReadSetting */
function read(sys: Sys, mode: Mode, word: string): number {
  if (word === '') {
    warn(sys, '"" is an unknown key')
    return -1
  }
  const path = convert(sys, word, '.')
  const shown = convert(sys, word, '/')
  const found = findPath(sys.k, path)
  switch (found.kind) {
    case 'none':
      if (mode.ignore) return 0
      warn(sys, `cannot stat ${PROC_SYS}${path}: ${found.error}`)
      return isOld(sys) ? -1 : 1
    case 'outside':
      warn(sys, `Path is not under ${PROC_SYS}: ${PROC_SYS}${path}`)
      return -1
    case 'dir':
      printAll(sys, mode, found.names)
      return 0
    case 'file':
      printValue(sys, mode, shown, found.name)
      return 0
  }
}

/** Linux: procps, src/sysctl.c parse_setting_line */
function parseSetting(sys: Sys, mode: Mode, where: string, text: string): Setting | null {
  const line = text.trimStart()
  if (line.length < 2 || /^[#;]/.test(line) || !fits(line, mode.pattern)) return null
  const equals = line.indexOf('=')
  const marked = line.startsWith('-')
  if (equals < 0 && !marked) {
    warn(sys, `${where}: invalid syntax, continuing...`)
    return null
  }
  const key = line.slice(marked ? 1 : 0, equals < 0 ? undefined : equals).trimEnd()
  const value = equals < 0 ? null : line.slice(equals + 1).trim()
  return { path: convert(sys, key, '.'), value, ignoreFailure: marked }
}

/** Linux: procps, src/sysctl.c WriteSetting */
function write(sys: Sys, mode: Mode, { path, value }: { path: string; value: string }): number {
  const found = findPath(sys.k, path)
  if (found.kind === 'none') {
    if (mode.ignore) return 0
    warn(sys, `cannot stat ${PROC_SYS}${path}: ${found.error}`)
    return 1
  }
  if (found.kind === 'outside') {
    warn(sys, `Path is not under ${PROC_SYS}: ${PROC_SYS}${path}`)
    return 1
  }
  const key = convert(sys, path, '/')
  const refuse = (status: number, why = 'Invalid argument'): number => {
    warn(sys, `setting key "${key}": ${why}`)
    return status
  }
  if (found.kind === 'dir') return refuse(0)
  if (!mode.dryRun) {
    const errno = writeSysctl(sys.k, found.name, value)
    if (errno === 'ENOMEM') return refuse(1, errnoText({ errno }))
    if (errno !== null) return refuse(errno === 'EACCES' ? 0 : 1)
  }
  if (mode.quiet && !mode.dryRun) return 0
  if (mode.values) sys.out(`${value}${mode.newline ? '\n' : ''}`)
  else sys.out(mode.names ? `${value}\n` : `${key} = ${value}\n`)
  return 0
}

/** The settings of a file, one after the other; a name with wildcards means all that no other line names. */
function writeList(sys: Sys, mode: Mode, settings: readonly Setting[]): number {
  let status = 0
  for (const { path, value } of settings) {
    if (value === null) continue
    if (!/[*?[]/.test(path)) {
      status |= write(sys, mode, { path, value })
      continue
    }
    for (const name of sysctlTree(sys.k)) {
      const one = name.replaceAll('.', '/')
      if (!globMatches(path, one)) continue
      const named = settings.some(
        (other) => other.path === one || (other.value === null && globMatches(other.path, one)),
      )
      if (!named) status |= write(sys, mode, { path: one, value })
    }
  }
  return status
}

function load(sys: Sys, mode: Mode, files: readonly string[]): number {
  if (isOld(sys)) return oldLoad(sys, mode, files)
  const settings: Setting[] = []
  let status = 0
  for (const file of files) {
    const text = sys.files.read(file)
    if (typeof text !== 'string') {
      warn(sys, `cannot open "${file}": ${errnoText(text)}`)
      status |= 1
      continue
    }
    text.split('\n').forEach((line, i) => {
      const setting = parseSetting(sys, mode, `${file}(${i + 1})`, line)
      if (setting) settings.push(setting)
    })
  }
  return status | writeList(sys, mode, settings)
}

function run(sys: Sys, mode: Mode, words: readonly string[]): number {
  if (mode.all) {
    printAll(sys, mode, sysctlTree(sys.k))
    return 0
  }
  if (mode.load) {
    const first = mode.file ?? (words.length === 0 ? '/etc/sysctl.conf' : null)
    return load(sys, mode, first === null ? words : [first, ...words])
  }
  const hint = "Try `sysctl --help' for more information."
  if (words.length === 0 || (mode.names && mode.quiet)) {
    warn(
      sys,
      `${words.length === 0 ? 'no variables specified' : 'options -N and -q cannot coexist'}\n${hint}`,
    )
    return 1
  }
  let status = 0
  for (const word of words) {
    if (!mode.write && !word.includes('=')) {
      status += read(sys, mode, word)
      continue
    }
    if (isOld(sys)) {
      status += oldWrite(sys, mode, word)
      continue
    }
    const setting = parseSetting(sys, mode, 'command line(0)', word)
    status |=
      setting?.value == null ? (setting ? 0 : 1) : write(sys, mode, { ...setting, value: setting.value })
  }
  return status
}

export const sysctl: Program = {
  name: 'sysctl',
  usage: 'sysctl [-aneqw] [-p [FILE]] [NAME[=VALUE]]...',
  start(sys) {
    if (sys.process.argv.length < 2) {
      sys.err(usage(isOld(sys)))
      sys.exit(1)
      return
    }
    const old = isOld(sys)
    const { 'dry-run': dry, ...known } = OPTIONS.long
    const options = parseOptions(sys.process.argv, {
      ...OPTIONS,
      long: old ? known : { ...known, 'dry-run': dry },
    })
    const mode = 'error' in options ? 'help' : modeOf(options.found)
    if ('error' in options) warn(sys, options.error)
    if (mode === 'help') sys.out(usage(old))
    else if (mode === 'version') sys.out(`sysctl from procps-ng ${old ? '3.3.12' : '4.0.2'}\n`)
    sys.exit(typeof mode === 'string' || 'error' in options ? 0 : run(sys, mode, options.operands))
  },
}
