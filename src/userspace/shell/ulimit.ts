/** ulimit: of the limits only the one of open files means anything in a lab. bash(1), SHELL BUILTIN COMMANDS */
import { complain, type BuiltinCall } from './builtin.ts'
import { NOFILE } from './state.ts'

const USAGE = 'ulimit: usage: ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]\n'

/** What `ulimit -a` shows beside the open files; these stay as they are. */
const OTHERS: readonly [letter: string, title: string, value: string][] = [
  ['R', 'real-time non-blocking time  (microseconds, -R)', 'unlimited'],
  ['c', 'core file size              (blocks, -c)', '0'],
  ['d', 'data seg size               (kbytes, -d)', 'unlimited'],
  ['e', 'scheduling priority                 (-e)', '0'],
  ['f', 'file size                   (blocks, -f)', 'unlimited'],
  ['i', 'pending signals                     (-i)', '31801'],
  ['l', 'max locked memory           (kbytes, -l)', '8192'],
  ['m', 'max memory size             (kbytes, -m)', 'unlimited'],
  ['n', 'open files                          (-n)', ''],
  ['p', 'pipe size                (512 bytes, -p)', '8'],
  ['q', 'POSIX message queues         (bytes, -q)', '819200'],
  ['r', 'real-time priority                  (-r)', '0'],
  ['s', 'stack size                  (kbytes, -s)', '8192'],
  ['t', 'cpu time                   (seconds, -t)', 'unlimited'],
  ['u', 'max user processes                  (-u)', '31801'],
  ['v', 'virtual memory              (kbytes, -v)', 'unlimited'],
  ['x', 'file locks                          (-x)', 'unlimited'],
]

export function ulimit(at: BuiltinCall): number {
  const { shell, argv, out, err } = at
  const limits = shell.env.nofile ?? NOFILE
  let which = ''
  let letter = 'f'
  let next = 1
  for (; /^-./.test(argv[next] ?? ''); next++)
    for (const c of argv[next].slice(1)) {
      if (c === 'S' || c === 'H') which += c
      else if (c === 'a' || OTHERS.some(([known]) => known === c)) letter = c
      else {
        complain(at, `-${c}: invalid option`)
        err(USAGE)
        return 2
      }
    }
  const shown = (l: string, value: string): string =>
    l === 'n' ? String(which.includes('H') && !which.includes('S') ? limits.hard : limits.soft) : value
  if (letter === 'a') {
    for (const [l, title, value] of OTHERS) out(`${title} ${shown(l, value)}\n`)
    return 0
  }
  const wanted = argv[next]
  const [, , value] = OTHERS.find(([l]) => l === letter) ?? ['', '', 'unlimited']
  if ((wanted as string | undefined) === undefined) {
    out(`${shown(letter, value)}\n`)
    return 0
  }
  const unlimited = wanted === 'unlimited'
  if (!/^\d+$/.test(wanted) && !/^(unlimited|hard|soft)$/.test(wanted))
    return complain(at, `${wanted}: invalid number`)
  if (letter !== 'n') return 0
  const number = wanted === 'hard' ? limits.hard : wanted === 'soft' ? limits.soft : Number(wanted)
  const both = which === '' || which.includes('H')
  // Nobody may have more than fs.nr_open.
  if (unlimited || number > NOFILE.hard)
    return complain(at, 'open files: cannot modify limit: Operation not permitted')
  if (which.includes('S') && !both && number > limits.hard)
    return complain(at, 'open files: cannot modify limit: Invalid argument')
  shell.env.nofile = {
    soft: which === 'H' ? Math.min(limits.soft, number) : number,
    hard: both ? number : limits.hard,
  }
  return 0
}
