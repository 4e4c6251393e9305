import type { Program, Sys } from '../program.ts'
import { splitLine } from '../iptables/restore-line.ts'
import { IpsetError } from './elem.ts'
import { commandOf, planChange, runCommand, type Flags, type IpsetCtx } from './run.ts'

const VERSION = 'ipset v7.17'

const USAGE = `${VERSION}

Usage: ipset [options] COMMAND

Commands: create add del test destroy list save restore flush rename swap help version
Options: -exist -quiet -sorted -terse -name -output { plain | save | xml } -file FILE
Types: hash:ip hash:net hash:ip,port
`

function newFlags(): Flags {
  return {
    exist: false,
    quiet: false,
    names: false,
    file: null,
    format: 'plain',
    sorted: false,
    terse: false,
  }
}

interface Line {
  command: string | null
  words: string[]
  flags: Flags
}

/** Options may stand anywhere. Linux: ipset_parse_argv */
function read(argv: string[]): Line {
  const flags = newFlags()
  const rest: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]
    if (word === '-!' || word === '-exist' || word === '--exist') flags.exist = true
    else if (word === '-q' || word === '-quiet' || word === '--quiet') flags.quiet = true
    else if (word === '-s' || word === '-sorted' || word === '--sorted') flags.sorted = true
    else if (word === '-t' || word === '-terse' || word === '--terse') flags.terse = true
    else if (word === '-n' || word === '-name' || word === '--name') flags.names = true
    else if (word === '-r' || word === '-resolve' || word === '--resolve') continue
    else if (word === '-o' || word === '-output' || word === '--output') {
      const format = argv[++i]
      if (format !== 'plain' && format !== 'save' && format !== 'xml')
        throw new IpsetError(`Syntax error: unknown output mode '${format}'`)
      flags.format = format
    } else if (word === '-f' || word === '-file' || word === '--file') flags.file = argv[++i]
    else rest.push(word)
  }
  const [name, ...words] = rest
  const command = rest.length === 0 ? null : commandOf(name)
  if (rest.length > 0 && command === null)
    throw new IpsetError(`No command specified: unknown argument ${name}`, 2, true)
  return { command, words, flags }
}

function context(sys: Sys): IpsetCtx {
  return {
    k: sys.k,
    resolve: (name) => sys.resolve(name),
    out: (text) => void sys.out(text),
    err: (text) => sys.err(text),
    spend: (units) => sys.spend?.(units),
  }
}

/** What the error says; `-q` says nothing. The exit status. */
function failed(sys: Sys, e: unknown, quiet: boolean, where = ''): number {
  if (!(e instanceof IpsetError)) throw e
  if (quiet) return e.status
  sys.err(`${VERSION}: ${where}${e.message}\n`)
  if (e.hint) sys.err("Try `ipset help' for more information.\n")
  return e.status
}

/**
 * Lines as `save` writes them. What is added to a set waits for a line of another kind, or for the end: who stops before that
 * does not send it. Linux: ipset, lib/session.c ipset_commit, src/ipset.c
 */
function restore(sys: Sys, text: string, exist: boolean): number {
  const c = context(sys)
  let adding = ''
  let waiting: { at: number; run: () => void }[] = []
  let at = 0
  const commit = (): void => {
    for (const w of waiting) {
      at = w.at
      w.run()
    }
    waiting = []
  }
  const lines = text.split('\n')
  try {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]
      at = i + 1
      if (line.trim() === '' || line.startsWith('#')) continue
      if (line.trim() === 'quit') return 0
      if (line.trim() === 'COMMIT') {
        commit()
        continue
      }
      const { command, words, flags } = read(splitLine(line))
      if (command === 'restore' || command === null) throw new IpsetError('No command specified.', 2, true)
      flags.exist ||= exist
      if (command === 'add' && words.length >= 2) {
        const run = planChange(c, command, words, flags)
        if (adding !== words[0]) commit()
        adding = words[0]
        waiting.push({ at: i + 1, run })
        continue
      }
      commit()
      at = i + 1
      const status = runCommand(c, command, words, flags)
      if (status !== 0) return status
    }
    commit()
  } catch (e) {
    // A line that cannot be read has no number.
    return failed(sys, e, false, e instanceof IpsetError && e.status === 2 ? '' : `Error in line ${at}: `)
  }
  return 0
}

function start(sys: Sys): void {
  let quiet = false
  try {
    const { command, words, flags } = read(sys.process.argv.slice(1))
    quiet = flags.quiet
    if (command === null) throw new IpsetError('No command specified.', 2, true)
    if (command === 'version') sys.out(`${VERSION}, protocol version: 7\n`)
    else if (command === 'help') sys.out(USAGE)
    else if (command === 'restore') {
      if (flags.file === null) {
        sys.process.data = { text: '', exist: flags.exist }
        return
      }
      const text = sys.files.read(flags.file)
      if (typeof text !== 'string')
        throw new IpsetError(`Cannot open ${flags.file} for reading: No such file or directory`)
      sys.exit(restore(sys, text, flags.exist))
      return
    } else {
      sys.exit(runCommand(context(sys), command, words, flags))
      return
    }
    sys.exit(0)
  } catch (e) {
    sys.exit(failed(sys, e, quiet))
  }
}

interface Reading {
  text: string
  exist: boolean
}

/** Make sets and look at them. man 8 ipset. Left out: other types than three, resolving of names in listings */
export const ipset: Program = {
  name: 'ipset',
  usage: 'ipset [-exist] {create|add|del|test|list|save|restore|flush|destroy|rename|swap} ..',
  start,
  input(sys, text) {
    const data = sys.process.data as Reading | null
    if (data) data.text += text
  },
  eof(sys) {
    const data = sys.process.data as Reading | null
    if (data) sys.exit(restore(sys, data.text, data.exist))
  },
}
