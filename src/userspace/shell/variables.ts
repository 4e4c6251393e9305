/**
 * Builtins for variables and parameters: export, unset, set, shift, local, env.
 */
import { complain, type Builtin, type BuiltinCall } from './builtin.ts'
import { setVariable } from './expand.ts'

const NAME = /^[A-Za-z_]\w*$/

/** `export X=1 Y`, `export -p`; `export -n X` takes it back. */
function exportVariables(at: BuiltinCall): number {
  const { shell, argv, out } = at
  const { vars } = shell.env
  const options = argv.slice(1).filter((word) => word.startsWith('-'))
  const words = argv.slice(1).filter((word) => !word.startsWith('-'))
  const exported = !options.includes('-n')
  if (words.length === 0) {
    for (const [name, variable] of [...vars].sort(byName)) {
      if (variable.exported) out(`declare -x ${name}="${variable.value.replace(/["\\$`]/g, '\\$&')}"\n`)
    }
    return 0
  }
  let status = 0
  for (const word of words) {
    const [name, value] = splitAssignment(word)
    if (!NAME.test(name)) {
      status = complain(at, `\`${word}': not a valid identifier`)
      continue
    }
    const old = vars.get(name)
    if (value !== null || old) vars.set(name, { value: value ?? old?.value ?? '', exported })
  }
  return status
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function splitAssignment(word: string): [name: string, value: string | null] {
  const equals = word.indexOf('=')
  return equals < 0 ? [word, null] : [word.slice(0, equals), word.slice(equals + 1)]
}

function unset({ shell, argv }: BuiltinCall): number {
  for (const name of argv.slice(1)) {
    if (!shell.env.vars.delete(name)) shell.env.functions.delete(name)
  }
  return 0
}

/** `set -- a b` sets the parameters; alone it lists the variables; `set -e` and its kin are accepted and ignored. */
function set({ shell, argv, out }: BuiltinCall): number {
  const words = argv.slice(1)
  if (words.length === 0) {
    for (const [name, { value }] of [...shell.env.vars].sort(byName)) out(`${name}=${quote(value)}\n`)
    return 0
  }
  while (words.length > 0 && /^[-+][a-z]/.test(words[0])) words.splice(0, /^[-+]o$/.test(words[0]) ? 2 : 1)
  if (words[0] === '--') shell.env.args = words.slice(1)
  else if (words.length > 0) shell.env.args = words
  return 0
}

/** As bash prints a value that it could read again. */
function quote(value: string): string {
  return value !== '' && /^[\w./:=@%+,-]*$/.test(value) ? value : `'${value.replace(/'/g, "'\\''")}'`
}

function shift(at: BuiltinCall): number {
  const { shell, argv } = at
  const count = argv[1] ?? '1'
  if (!/^\d+$/.test(count)) return complain(at, `${count}: numeric argument required`)
  if (Number(count) > shell.env.args.length) return 1
  shell.env.args = shell.env.args.slice(Number(count))
  return 0
}

/** A variable of a function. Left out: `local` variables end with their function (they stay). */
function local(at: BuiltinCall): number {
  const { shell, argv } = at
  if (!shell.frames.some((frame) => frame.kind === 'function'))
    return complain(at, 'can only be used in a function')
  for (const word of argv.slice(1)) {
    const [name, value] = splitAssignment(word)
    setVariable(shell, name, value ?? '')
  }
  return 0
}

/** env(1) without a command, printenv(1). */
export function env({ shell, argv, out }: BuiltinCall): number {
  const names = argv.slice(1)
  for (const [name, { value, exported }] of shell.env.vars) {
    if (exported && (names.length === 0 || names.includes(name)))
      out(names.length > 0 ? `${value}\n` : `${name}=${value}\n`)
  }
  return names.every((name) => shell.env.vars.get(name)?.exported) ? 0 : 1
}

export const variables: readonly Builtin[] = [
  { name: 'export', usage: 'export [-np] [name[=value] ...]', run: exportVariables },
  { name: 'unset', usage: 'unset [name ...]', run: unset },
  { name: 'set', usage: 'set [--] [arg ...]', run: set },
  { name: 'shift', usage: 'shift [n]', run: shift },
  { name: 'local', usage: 'local [name[=value] ...]', run: local },
  { name: 'printenv', usage: 'printenv [name ...]', run: env },
]
