/**
 * sysctl of procps 3.3.12, Ubuntu 18.04's, where it does otherwise than that of 4.0.2: it says what went wrong and then
 * shows the value as if nothing had; failures add up in its status. Heard from the program itself
 * (test/recorded/programs.2018.json).
 */
import { writeSysctl } from '../../kernel/sysctl-access.ts'
import type { Sys } from '../program.ts'
import { errnoText } from '../shell/files.ts'
import { convert, fits, warn, type Mode } from './say.ts'
import { findPath, PROC_SYS } from './tree.ts'

/** Linux: procps 3.3.12, sysctl.c WriteSetting */
export function oldWrite(sys: Sys, mode: Mode, setting: string): number {
  const equals = setting.indexOf('=')
  if (equals < 0) {
    warn(sys, `"${setting}" must be of the form name=value`)
    return -1
  }
  const value = setting.slice(equals + 1)
  const name = setting.slice(0, equals)
  if (name === '' || value === '') {
    warn(sys, `malformed setting "${setting}"`)
    return -2
  }
  const path = convert(sys, name, '.')
  const key = convert(sys, name, '/')
  const found = findPath(sys.k, path)
  if (found.kind === 'none' || path.endsWith(' ')) {
    if (mode.ignore) return 0
    warn(
      sys,
      `cannot stat ${PROC_SYS}${path}: ${found.kind === 'none' ? found.error : 'No such file or directory'}`,
    )
    return -1
  }
  if (found.kind !== 'file') {
    warn(sys, `setting key "${key}"`)
    return 0
  }
  const errno = writeSysctl(sys.k, found.name, value)
  if (errno === 'EACCES') {
    warn(sys, `setting key "${key}"`)
    return 0
  }
  if (errno !== null)
    warn(sys, `setting key "${key}": ${errno === 'ENOMEM' ? errnoText({ errno }) : 'Invalid argument'}`)
  if (mode.quiet) return 0
  if (mode.names) sys.out(`${key}\n`)
  else sys.out(mode.values ? `${value}${mode.newline ? '\n' : ''}` : `${key} = ${value}\n`)
  return 0
}

/** Linux: procps 3.3.12, sysctl.c Preload */
export function oldLoad(sys: Sys, mode: Mode, files: readonly string[]): number {
  let status = 0
  for (const file of files) {
    const text = sys.files.read(file)
    if (typeof text !== 'string') {
      warn(sys, `cannot open "${file}": ${errnoText(text)}`)
      status |= -1
      continue
    }
    text.split('\n').forEach((line, i) => {
      const setting = line.trim()
      if (setting.length < 2 || /^[#;]/.test(setting)) return
      const [, name, value] = /^=*([^=]+)(?:=(.*))?$/.exec(setting) ?? []
      if (!name || !fits(name.trim(), mode.pattern)) return
      if (!value) warn(sys, `${file}(${i + 1}): invalid syntax, continuing...`)
      else status |= oldWrite(sys, mode, `${name.trim()}=${value.replace(/^[ \t]+/, '')}`)
    })
  }
  return status
}
