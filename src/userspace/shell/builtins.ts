/**
 * Builtins that look at or change the shell itself. (What only prints, as echo and test do, are programs: see
 * programs.ts.) bash(1), SHELL BUILTIN COMMANDS; messages as bash 5.2 prints them.
 * Those that the first packet does not need come with the programs: more.ts.
 */
import { complain, type Builtin, type BuiltinCall } from './builtin.ts'
import { errnoText, exists, resolvePath } from './files.ts'

function cd(at: BuiltinCall): number {
  const { call, shell, argv, out } = at
  if (argv.length > 2) return complain(at, 'too many arguments')
  const { vars } = shell.env
  const back = argv[1] === '-'
  const target = back ? vars.get('OLDPWD')?.value : (argv[1] ?? vars.get('HOME')?.value)
  if (target === undefined) return complain(at, back ? 'OLDPWD not set' : 'HOME not set')
  const path = resolvePath(shell.env.cwd, target)
  const kind = exists(call, path)
  if (kind !== 'dir') return complain(at, `${target}: ${errnoText({ errno: kind ? 'ENOTDIR' : 'ENOENT' })}`)
  vars.set('OLDPWD', { value: shell.env.cwd, exported: true })
  vars.set('PWD', { value: path, exported: true })
  shell.env.cwd = path
  if (back) out(`${path}\n`)
  return 0
}

function pwd({ shell, out }: BuiltinCall): number {
  out(`${shell.env.cwd}\n`)
  return 0
}

const LIST: readonly Builtin[] = [
  { name: 'cd', usage: 'cd [dir]', run: cd },
  { name: 'pwd', usage: 'pwd', run: pwd },
  { name: ':', usage: ':', run: () => 0 },
]

const known = new Map(LIST.map((builtin) => [builtin.name, builtin]))
export const builtins: ReadonlyMap<string, Builtin> = known

export function addBuiltins(more: readonly Builtin[]): void {
  for (const builtin of more) known.set(builtin.name, builtin)
}
