/**
 * `read`: one line from stdin into variables. POSIX read; bash(1).
 *
 * Left out: -a, -d, -n, -t, -u; a backslash does not keep a blank from separating words.
 */
import { complain, type BuiltinCall, type BuiltinResult } from './builtin.ts'
import { setVariable } from './expand.ts'

/** As bash has it, with all that is left out here. */
const USAGE =
  'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]'

export function read(at: BuiltinCall): BuiltinResult {
  const { call, io, argv } = at
  let raw = false
  let next = 1
  for (; argv[next]?.startsWith('-'); next++) {
    if (argv[next] === '-r') raw = true
    else if (argv[next] === '-p') next++
    else {
      complain(at, `${argv[next]}: invalid option`)
      at.err(`read: usage: ${USAGE}\n`)
      return 2
    }
  }
  const names = argv.slice(next)
  const bad = names.find((name) => !/^[A-Za-z_]\w*$/.test(name))
  if (bad !== undefined) return complain(at, `\`${bad}': not a valid identifier`)
  const pipe = io.stdin.kind === 'pipe' ? call.os.pipes.get(io.stdin.pipe) : undefined
  const text = pipe?.text ?? ''
  const newline = endOfLine(text, raw)
  if (pipe && newline < 0 && !pipe.ended) return 'waits'
  if (pipe) pipe.text = newline < 0 ? '' : text.slice(newline + 1)
  const line = newline < 0 ? text : text.slice(0, newline)
  assign(at, raw ? line : line.replace(/\\\n/g, '').replace(/\\(.)/g, '$1'), names)
  return newline < 0 ? 1 : 0
}

/** Where the line ends; without -r a backslash before the newline continues it. */
function endOfLine(text: string, raw: boolean): number {
  let newline = text.indexOf('\n')
  while (!raw && newline > 0 && text[newline - 1] === '\\') newline = text.indexOf('\n', newline + 1)
  return newline
}

/** The words of the line to the variables, all the rest to the last one. */
function assign({ shell, assigned }: BuiltinCall, line: string, names: string[]): void {
  if (names.length === 0) {
    setVariable(shell, 'REPLY', line)
    return
  }
  const ifs = assigned.get('IFS') ?? shell.env.vars.get('IFS')?.value ?? ' \t\n'
  const blank = characterClass([...ifs].filter((c) => ' \t\n'.includes(c)))
  const other = characterClass([...ifs].filter((c) => !' \t\n'.includes(c)))
  const separator = new RegExp(`${blank}*${other}${blank}*|${blank}+`)
  let rest = line.replace(new RegExp(`^${blank}+|${blank}+$`, 'g'), '')
  names.forEach((name, i) => {
    const found = i < names.length - 1 ? separator.exec(rest) : null
    const last = i === names.length - 1
    setVariable(shell, name, last ? rest : rest.slice(0, found?.index ?? rest.length))
    rest = found ? rest.slice(found.index + found[0].length) : ''
  })
}

/** A class of these characters; of none: one that matches nothing. */
function characterClass(characters: string[]): string {
  return characters.length === 0 ? '[]' : `[${characters.map((c) => c.replace(/[\]\\^-]/, '\\$&')).join('')}]`
}
