/**
 * stap: SystemTap, which makes a module of the kernel out of a script. Here the script is interpreted; what it hears of is
 * the tracepoint kfree_skb, timers, and that it begins and ends. man 1 stap (4.8)
 *
 * Left out: compiling (nobody waits for it), options but for those named here, tapsets but for a few functions (run.ts)
 */
import type { Program, Sys } from '../program.ts'
import { ScriptError, type Script } from './ast.ts'
import { parseScript } from './parse.ts'
import { check, isAdditive, newGlobals, Run, type Context } from './run.ts'
import { addressOf, news, type Site } from './sites.ts'
import type { Value, Variable } from './value.ts'

interface State {
  script: Script
  globals: Record<string, Variable>
  /** What has been freed where, as far as the script knows. */
  known: Record<string, number>
  symbols: Record<number, string>
  /** When each timer of the script is due next: probe, period, lab time. */
  due: { probe: number; period: number; at: number }[]
  /** A probe that tells of each packet is told ten times a second of those that there were. */
  look: number
}

const HINT = `Try '--help' for more information. [man stap]
A message like [man foo] means for more info, run % man foo
`
const VERSION = `Systemtap translator/driver (version 4.8/0.188)
Copyright (C) 2005-2022 Red Hat, Inc. and others
This is free software; see the source for copying conditions.
`
const HELP = `Usage: stap [options] FILE         Run script in file.
   or: stap [options] -            Run script on stdin.
   or: stap [options] -e SCRIPT    Run given script.

   -e SCRIPT  run given script
   -p NUM     stop after pass NUM 1-5
   -v         add verbosity to all passes
   --all-modules
              add unwind/symbol data for all loaded kernel objects.
   -V         show version
   -h         show help
`
/** Options with a value, and those without one that change nothing here. */
const VALUES = new Set(['-c', '-d', '-D', '-B', '-G', '-I', '-L', '-l', '-m', '-r', '-s', '-S', '-x', '-o'])
const FLAGS =
  /^(--(all-modules|ldd|suppress-time-limits|skip-badvars|disable-cache|unprivileged)|-[vwgkutbFP]+)$/
const LOOK = 100_000
/** Times that a probe runs for the packets of one look. */
const MOST = 5000

interface Line {
  file: string
  text: string
  pass: number
}

function say(sys: Sys, text: string): void {
  if (!sys.out(text)) sys.exit(141)
}

/** The script that the command line names; null: something is wrong with it, and that has been said. */
function readLine(sys: Sys): Line | null {
  const words = sys.process.argv.slice(1)
  let line: Line | null = null
  let pass = 5
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === '-V' || word === '--version' || word === '-h' || word === '--help') {
      sys.out(word.toLowerCase().includes('v') ? VERSION : HELP)
      sys.exit(0)
      return null
    }
    if (word === '-e') line = { file: '<input>', text: words[++i] ?? '', pass }
    else if (word.startsWith('-p')) pass = Number(word.slice(2) || words[++i])
    else if (VALUES.has(word)) i++
    else if (word.startsWith('-') && word !== '-') {
      if (FLAGS.test(word)) continue
      const long = word.startsWith('--')
      sys.err(`stap: ${long ? `unrecognized option '${word}'` : `invalid option -- '${word[1]}'`}\n${HINT}`)
      sys.exit(1)
      return null
    } else if (line === null) {
      const text = sys.files.read(word)
      if (typeof text !== 'string') {
        sys.err(`Input file '${word}' is missing.\nPass 1: parse failed.  [man error::pass1]\n`)
        sys.exit(1)
        return null
      }
      line = { file: word, text, pass }
    }
  }
  if (line === null) {
    sys.err(`A script must be specified.\nTry '-i' for building a script interactively.\n${HINT}`)
    sys.exit(1)
    return null
  }
  return { ...line, pass }
}

function complain(sys: Sys, line: Line, e: ScriptError): void {
  const parse = e.pass === 1
  let out = `${parse ? 'parse' : 'semantic'} error: ${e.message}\n`
  if (parse) out += `        saw: ${e.saw}\n`
  if (e.at !== null) {
    const label = parse ? '     source: ' : '        source: '
    out += `${label}${line.text.split('\n')[e.at.line - 1]}\n`
    out += `${' '.repeat(label.length + e.at.column - 1)}^\n`
  }
  if (!parse && e.saw !== '') out += `\nsemantic error: ${e.saw}\n`
  out += parse ? '\n1 parse error.\n' : '\n'
  sys.err(`${out}Pass ${e.pass}: ${parse ? 'parse' : 'analysis'} failed.  [man error::pass${e.pass}]\n`)
  sys.exit(1)
}

function contextOf(sys: Sys, s: State, targets: Record<string, Value> = {}): Context {
  return {
    now: sys.k.now,
    print: (text) => {
      say(sys, text)
    },
    symbol: (address) => s.symbols[address] ?? `0x${address.toString(16)}`,
    exit: () => {
      if (sys.process.status === null) finish(sys, s)
    },
    spend: () => sys.spend?.(1),
    targets,
  }
}

/** Run what waits for something; an error of the script ends it. */
function fire(sys: Sys, s: State, body: Script['probes'][number]['body'], context: Context, times = 1): void {
  if (sys.process.status !== null) return
  try {
    new Run(s.globals, context, times).probe(body)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('ERROR: ')) throw error
    sys.err(
      `${error.message}\nWARNING: Number of errors: 1, skipped probes: 0\n` +
        'WARNING: /usr/bin/staprun exited with status: 1\nPass 5: run failed.  [man error::pass5]\n',
    )
    sys.exit(1)
  }
}

function tell(sys: Sys, s: State, site: Site): void {
  const location = addressOf(site.where)
  s.symbols[location] = site.where
  const context = contextOf(sys, s, { location, reason: site.reason, protocol: 0x800 })
  for (const { points, body } of s.script.probes) {
    if (!points.some((p) => p.kind === 'kfree_skb')) continue
    if (isAdditive(body)) fire(sys, s, body, context, site.count)
    else for (let i = 0; i < Math.min(site.count, MOST); i++) fire(sys, s, body, context)
  }
}

function catchUp(sys: Sys, s: State): void {
  for (const site of news(sys.k, s.known)) tell(sys, s, site)
}

function runAll(sys: Sys, s: State, kind: 'begin' | 'end'): void {
  for (const { points, body } of s.script.probes)
    if (points.some((p) => p.kind === kind)) fire(sys, s, body, contextOf(sys, s))
}

function wait(sys: Sys, s: State): void {
  let at = Infinity
  for (const d of s.due) at = Math.min(at, d.at)
  if (s.look > 0) at = Math.min(at, s.look)
  if (at !== Infinity) sys.timer(at)
}

function finish(sys: Sys, s: State): void {
  catchUp(sys, s)
  const ends = s.script.probes.filter(({ points }) => points.some((p) => p.kind === 'end'))
  // exit() may come out of an end probe, too: it is run once.
  s.script = { ...s.script, probes: [] }
  for (const { body } of ends) fire(sys, s, body, contextOf(sys, s))
  if (sys.process.status === null) sys.exit(0)
}

export const stap: Program = {
  name: 'stap',
  usage: 'stap [--all-modules] {FILE|-e SCRIPT}',
  start(sys) {
    const line = readLine(sys)
    if (line === null) return
    let script: Script
    try {
      script = parseScript(line.text, line.file)
      if (line.pass > 1) check(script)
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error
      complain(sys, line, error)
      return
    }
    if (line.pass < 5) {
      sys.exit(0)
      return
    }
    if (script.probes.length === 0) {
      sys.err('semantic error: no probes found\n\nPass 2: analysis failed.  [man error::pass2]\n')
      sys.exit(1)
      return
    }
    const { k } = sys
    const s: State = {
      script,
      globals: newGlobals(script),
      known: {},
      symbols: {},
      due: script.probes.flatMap(({ points }, probe) =>
        points.flatMap((p) =>
          p.kind === 'timer' ? [{ probe, period: p.period, at: k.now + p.period }] : [],
        ),
      ),
      look: script.probes.every(
        ({ points, body }) => points.every((p) => p.kind !== 'kfree_skb') || isAdditive(body),
      )
        ? 0
        : k.now + LOOK,
    }
    sys.process.data = s
    // What had died before is not told of.
    news(k, s.known)
    runAll(sys, s, 'begin')
    if (sys.process.status === null) wait(sys, s)
  },
  timer(sys) {
    const s = sys.process.data as State
    const { now } = sys.k
    catchUp(sys, s)
    if (s.look > 0 && s.look <= now) s.look = now + LOOK
    for (const d of s.due) {
      if (d.at > now) continue
      d.at += d.period
      fire(sys, s, s.script.probes[d.probe].body, contextOf(sys, s))
    }
    if (sys.process.status === null) wait(sys, s)
  },
  interrupt(sys) {
    const s = sys.process.data as State | null
    if (s === null) sys.exit(130)
    else finish(sys, s)
  },
  complete: (words, index) =>
    index > 0 && words[index]?.startsWith('-') ? ['--all-modules', '-e', '-v'] : [],
}
