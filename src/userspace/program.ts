/**
 * What a program is. A program is a set of functions found by its name; a process is plain data, so that a lab with
 * running programs can be copied, kept and gone back to. No closures, promises or generators in `data`.
 */
import type { Kernel } from '../kernel/kernel.ts'

/** A process of a host. */
export interface Process {
  pid: number
  /** The program's name in programs/index.ts. */
  program: string
  /** argv[0] is the name as typed. */
  argv: string[]
  /** Where stdin comes from and where stdout and stderr go. */
  stdin: Source
  stdout: Sink
  stderr: Sink
  /** The program's own state. */
  data: unknown
  /** null while it runs, then its exit status. */
  status: number | null
  /** Descriptors that it may have open. Linux: RLIMIT_NOFILE */
  nofile: number
  /** The job it belongs to. */
  job: number
}

/** `size`: bytes of the file that it reads (`< file`), which wc can ask for. `none` is /dev/null; `tty` (nobody types into a program here) is at end of file at once. */
export type Source =
  | { kind: 'none' }
  | { kind: 'tty' }
  | { kind: 'pipe'; pipe: number; size?: number }
  | { kind: 'text'; text: string }
export type Sink =
  | { kind: 'tty'; stream: 'stdout' | 'stderr' }
  | { kind: 'pipe'; pipe: number }
  | { kind: 'file'; path: string; append: boolean }
  | { kind: 'capture'; capture: number }
  | { kind: 'none' }

/** What a program can do. Made anew for each call. */
export interface Sys {
  readonly process: Process
  readonly k: Kernel
  /** The host's name, as the shell's prompt shows it. */
  readonly hostname: string
  /**
   * Write to stdout. False: nobody reads any more (a later `head` has ended); the process should exit. `patient`: who
   * reads it may do so later, and breakOff() is asked before anything else is done.
   */
  out(text: string, patient?: boolean): boolean
  /** Write to stderr. */
  err(text: string): void
  /** End with this status. Nothing of the program runs after it. */
  exit(status: number): void
  /** Wake this process with `timer` at a lab time, microseconds. */
  timer(at: number): void
  files: Files
  /** /etc/hosts of the lab: name -> address. */
  resolve(name: string): number | null
  /** Names of all programs, for `help`. */
  programs(): readonly Program[]
  /** The program that a process of this host runs, null: there is no such process. */
  programOf?(pid: number): string | null
  /** The payload store: what the bytes of a packet mean (an HTTP request, a page). */
  payload(text: string): number
  payloadText(id: number): string
  /**
   * Use up some of the fuel of the command line, in units of about a microsecond of work: for loops whose length a
   * user decides. Does not return when there is none left. (Writing text is counted without it.)
   */
  spend?(units: number): void
  /**
   * In a long piece of work, asked between two parts of it. True: that is enough for now; keep in `data` where you are
   * and return, and `goOn` is called before anything else happens in the lab. Never said to a program without `goOn`, nor
   * where nobody waits for the page (shell/fuel.ts).
   */
  breakOff?(): boolean
}

/** Files: a small tree of text files, with /proc served by the kernel. */
export interface Files {
  read(path: string): string | FileError
  /** A file that the kernel makes up row by row, null: it is none, and is read as a whole. */
  rows?(path: string): Rows | null
  write(path: string, text: string, append: boolean): null | FileError
  exists(path: string): 'file' | 'dir' | null
  list(dir: string): string[]
  /** Take a file away, or a directory with what is in it. Without it, nothing can be taken away. */
  remove?(path: string): null | FileError
  /** Make a directory; with `parents` also those that it is in. */
  makeDir?(path: string, parents: boolean): null | FileError
}

/** The rows of a long file: what they are of, and one of them with its end of line ('': it has gone). */
export interface Rows {
  list(): number[]
  row(id: number): string
}

/** Errno names, as strerror() prints them: see errnoText. */
export type FileError = { errno: 'ENOENT' | 'EACCES' | 'EISDIR' | 'EINVAL' | 'ENOMEM' | 'ENOTDIR' }

export interface Program {
  name: string
  /** Usage in one line, for `help`: the synopsis only, in the notation of man pages. */
  usage: string
  /** Begin. A program that needs nothing more calls sys.exit here. */
  start(sys: Sys): void
  /** Go on where sys.breakOff() has said that it was enough. Text for stdin waits until then. */
  goOn?(sys: Sys): void
  /** Text has arrived on stdin (any amount, not cut at lines). Programs without it never read stdin. */
  input?(sys: Sys, text: string): void
  /** stdin is at its end. */
  eof?(sys: Sys): void
  /** A timer that was asked for. */
  timer?(sys: Sys): void
  /** Something happened to a socket of the process. */
  socket?(sys: Sys, sock: number): void
  /**
   * A program that takes CPU time (`k.task`) gets some: do one piece of work. `next` gives a socket on which something has
   * happened, -1: none. The answer: is there more to do that nobody will tell of?
   */
  work?(sys: Sys, next: () => number): boolean
  /** ... and has nothing to do for the moment. */
  idle?(sys: Sys): void
  /** A conntrack event, for a listener. `line` is not formatted: the program prints it. */
  event?(sys: Sys, event: unknown): void
  /** A frame at a device: a trace event of type `tap`. While a program with this runs, frames are shown. */
  frame?(sys: Sys, event: unknown): void
  /** Ctrl-C. Without it: exit 130. */
  interrupt?(sys: Sys): void
  /** SIGTERM, which timeout(1) and kill send, is to it what Ctrl-C is. */
  endsOnTerm?: true
  /** Words that can stand at a place, for Tab. */
  complete?(words: string[], index: number): string[]
}
