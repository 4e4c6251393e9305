/**
 * What a host's userspace consists of: plain data, all of it, so that structuredClone() of an Os in the middle of any
 * command line is a checkpoint. Behaviour is found by name: a Task names its program, a Frame names its step.
 */
import type { Kernel } from '../../kernel/kernel.ts'
import type { FileError, Process, Program, Sink, Source, Rows } from '../program.ts'
import type { Command } from './ast.ts'
import type { Frame } from './frame.ts'

export interface Os {
  /** What a typed line starts from, and what it leaves behind. */
  login: Environment
  /** Typed lines, the oldest first. */
  history: string[]
  jobs: Map<number, Job>
  shells: Map<number, Shell>
  processes: Map<number, Task>
  pipes: Map<number, Pipe>
  /** Text that `$(...)` and run() collect. */
  captures: Map<number, string>
  /** Regular files: absolute path -> text. Directories are implied by their files; these are further ones. */
  files: Map<string, string>
  dirs: Set<string>
  nextPid: number
  nextJob: number
  nextPipe: number
  /**
   * Pids of shells and processes that have broken off after a slice of work: they go on before anything else happens, the
   * first first. Processes are before shells, and who reads is before who writes to it.
   */
  unfinished: number[]
  /** The job that has the terminal. */
  foreground: number | null
  /** Jobs typed while another one has the terminal. */
  typed: number[]
  /** What was written to the terminal and has not been drained by the lab yet. */
  output: { text: string; stream: 'stdout' | 'stderr' }[]
}

/** What the shell of a host knows. Subshells work on a copy. */
export interface Environment {
  vars: Map<string, Variable>
  functions: Map<string, Command>
  /** $0 */
  name: string
  /** $1, $2 … */
  args: string[]
  cwd: string
  /** $? */
  status: number
  /** $!: of the job that was started last behind the terminal; absent: none was. */
  last?: number
  /** How many descriptors a process may have open; absent: NOFILE. */
  nofile?: { soft: number; hard: number }
}

/** Linux: RLIMIT_NOFILE as a login on Ubuntu or Debian has it. */
export const NOFILE = { soft: 1024, hard: 1_048_576 }

export interface Variable {
  value: string
  exported: boolean
}

/** A command line that has been started. */
export interface Job {
  id: number
  line: string
  /** Pid of its shell, 0: not started yet. */
  shell: number
  /** Captures for run(), null when it writes to the terminal. */
  captured: { stdout: number; stderr: number } | null
  /** Its number in `jobs` when it was started with `&`, null: it has the terminal, or waits for it. */
  number: number | null
  /** The job whose `fg` waits for it, null: none. */
  held: number | null
  /** Ctrl-C has been typed. */
  interrupted: boolean
  /** The job that started it with `&`, whose fuel it uses. Its own id otherwise. */
  payer: number
  /** What it has used of its fuel at lab time `at`; see fuel.ts. */
  used: number
  at: number
  /** null while it runs. */
  status: number | null
}

/** Where the three file descriptors lead. */
export interface Io {
  stdin: Source
  stdout: Sink
  stderr: Sink
}

/** A running shell or subshell: an environment, and a stack of what it is in the middle of. */
export interface Shell {
  pid: number
  job: number
  /** Pid of the shell that waits for this one, null: none. */
  parent: number | null
  env: Environment
  io: Io
  frames: Frame[]
  /** How many shells it is inside of. */
  depth: number
  /** It is on the JavaScript stack: whoever wakes it leaves it to that call. */
  running: boolean
  /** null while it runs, then its exit status. */
  status: number | null
}

/** A process, with what only the system knows of it. */
export interface Task extends Process {
  /** Pid of the shell that waits for it. */
  parent: number
  cwd: string
  /** How many of its functions are on the JavaScript stack. It is not taken down while there is one. */
  calls: number
  /** It has broken off in the middle of its work, and reads nothing until it has gone on. */
  broken?: boolean
}

/** Text goes to the attached process as it is written; with nobody attached it stays here. */
export interface Pipe {
  id: number
  text: string
  /** Every writer has closed it. */
  ended: boolean
  /** End of file has been told to the reader. */
  told: boolean
  /** Pid of the process that takes the text, null: none (yet). */
  reader: number | null
}

/** Everything under /proc. The kernel serves it. */
export interface ProcFs {
  read(path: string): string | FileError
  /** A long file by its rows, null: it is none. */
  rows(path: string): Rows | null
  write(path: string, text: string): null | FileError
  exists(path: string): 'file' | 'dir' | null
  list(dir: string): string[]
}

/** What is handed in at each call: nothing of it is kept. */
export interface OsContext {
  readonly k: Kernel
  readonly hostname: string
  /** /etc/hosts of the lab: name -> address. */
  resolve(name: string): number | null
  payload(text: string): number
  payloadText(id: number): string
  readonly procfs: ProcFs
  /** Call timer(os, ctx, pid) at this lab time. */
  setTimer(pid: number, at: number): void
  readonly programs: ReadonlyMap<string, Program>
  /** A process has ended: its sockets can be closed. */
  exited?(pid: number): void
  /** Work a command line may use at one moment of lab time; see fuel.ts. */
  readonly fuel?: number
  /** Work after which shells break off, to go on when the lab asks for it (os.ts resume). Without it they never do. */
  readonly slice?: number
  /** What a call has taken of its slice, for who measures. */
  worked?(units: number): void
}

/** One call into the system: its state, what was handed in, and how a shell is resumed (interpreter.ts). */
export interface Call {
  readonly os: Os
  readonly ctx: OsContext
  wake: (pid: number) => void
  /** Work that was done in this call, in the units of fuel.ts: beyond a slice shells and programs break off. */
  spent: number
  /** How many on the JavaScript stack are writing and count on it that what they write is read at once. */
  impatient: number
  /** Processes that have broken off in this call, in the order in which they are to go on. */
  broken: number[]
}
