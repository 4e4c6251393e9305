/**
 * Programs that only print or say yes or no: true, false, echo, clear, seq, sleep. In bash some are builtins; they need
 * nothing of the shell. (printf and test have files of their own.)
 */
import type { Program, Sys } from '../program.ts'
import { formatNumber, parseFormat, type ExactConversion } from '../text/format.ts'
import { unescape } from './escapes.ts'

const yes: Program = {
  name: 'true',
  usage: 'true',
  start: (sys) => {
    sys.exit(0)
  },
}

const no: Program = {
  name: 'false',
  usage: 'false',
  start: (sys) => {
    sys.exit(1)
  },
}

/** `echo [-neE] [arg ...]`. bash(1) */
const echo: Program = {
  name: 'echo',
  usage: 'echo [-neE] [arg ...]',
  start: (sys) => {
    const words = sys.process.argv.slice(1)
    let newline = true
    let escapes = false
    while (words.length > 0 && /^-[neE]+$/.test(words[0])) {
      for (const letter of words.shift() ?? '') {
        if (letter === 'n') newline = false
        else if (letter !== '-') escapes = letter === 'e'
      }
    }
    const text = words.join(' ')
    const { text: plain, stopped } = escapes ? unescape(text, 'echo') : { text, stopped: false }
    sys.out(plain + (newline && !stopped ? '\n' : ''), true)
    if (sys.breakOff?.() !== true) sys.exit(0)
  },
  goOn: (sys) => {
    sys.exit(0)
  },
}

/** clear(1). The escape sequence (ESC c, reset) is the terminal's to obey. */
const clear: Program = {
  name: 'clear',
  usage: 'clear',
  start: (sys) => {
    sys.out('\x1bc')
    sys.exit(0)
  },
}

/** sleep(1), in lab time. `sleep 1m 0.5` is 60.5 seconds. */
const sleep: Program = {
  name: 'sleep',
  usage: 'sleep NUMBER[smhd]...',
  start: (sys) => {
    const words = sys.process.argv.slice(1)
    const option = words.find((word) => /^-./.test(word))
    if (option !== undefined) {
      sys.err(`sleep: invalid option -- '${option[1]}'\nTry 'sleep --help' for more information.\n`)
      sys.exit(1)
      return
    }
    const bad = words.filter((word) => seconds(word) === null)
    for (const word of bad) sys.err(`sleep: invalid time interval ‘${word}’\n`)
    if (words.length === 0) sys.err('sleep: missing operand\n')
    if (words.length === 0 || bad.length > 0) {
      sys.err("Try 'sleep --help' for more information.\n")
      sys.exit(1)
      return
    }
    const total = words.reduce((sum, word) => sum + (seconds(word) ?? 0), 0)
    sys.timer(sys.k.now + Math.round(total * 1e6))
  },
  timer: (sys) => {
    sys.exit(0)
  },
}

function seconds(word: string): number | null {
  const found = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(word)
  if (!found) return null
  return Number(found[1]) * { '': 1, s: 1, m: 60, h: 3600, d: 86400 }[found[2] as '' | 's' | 'm' | 'h' | 'd']
}

/**
 * seq(1): `seq [-w] [-s STRING] [-f FORMAT] [FIRST [INCREMENT]] LAST`.
 */
const seq: Program = {
  name: 'seq',
  usage: 'seq [-w] [-s STRING] [FIRST [INCREMENT]] LAST',
  start: (sys) => {
    sys.process.data = 0
    printSequence(sys)
  },
  goOn: (sys) => {
    printSequence(sys)
  },
}

/** Numbers that are printed at a time, and the fuel for them. */
const AT_ONCE = 1000
const AT_ONCE_FUEL = 200

/** From the number on whose index is in the process's `data`. */
function printSequence(sys: Sys): void {
  const words = sys.process.argv.slice(1)
  let separator = '\n'
  let equalWidth = false
  let format: string | null = null
  while (/^-[wsf]/.test(words[0] ?? '')) {
    const word = words.shift() ?? ''
    const value = (): string => (word.length > 2 ? word.slice(2) : (words.shift() ?? ''))
    if (word.startsWith('-w')) equalWidth = true
    else if (word.startsWith('-f')) format = value()
    else separator = value()
  }
  const fail = (text: string): void => {
    sys.err(`seq: ${text}\nTry 'seq --help' for more information.\n`)
    sys.exit(1)
  }
  if (words.length === 0) return fail('missing operand')
  if (words.length > 3) return fail(`extra operand ‘${words[3]}’`)
  const bad = words.find((word) => word.trim() === '' || Number.isNaN(Number(word)))
  if (bad !== undefined) return fail(`invalid floating point argument: ‘${bad}’`)
  const [first, by, last] = [
    words.length > 1 ? words[0] : '1',
    words.length > 2 ? words[1] : '1',
    words[words.length - 1],
  ]
  if (Number(by) === 0) return fail(`invalid Zero increment value: ‘${by}’`)
  const places = Math.max(...[first, by].map((word) => (/\.(\d+)/.exec(word)?.[1] ?? '').length))
  const count = Math.floor((Number(last) - Number(first)) / Number(by) + 1e-10) + 1
  const pieces = format === null ? null : parseFormat(format)
  const print = (i: number): string => {
    const value = Number(first) + i * Number(by)
    if (!pieces) return value.toFixed(places)
    return pieces
      .map((one) => (typeof one === 'string' ? one : formatNumber(one as ExactConversion, value)))
      .join('')
  }
  const width = equalWidth && count > 0 ? Math.max(print(0).length, print(count - 1).length) : 0
  const pad = (text: string): string =>
    text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0')
  for (let i = Number(sys.process.data); i < count;) {
    let text = ''
    for (const end = Math.min(count, i + AT_ONCE); i < end; i++)
      text += (width > 0 ? pad(print(i)) : print(i)) + (i < count - 1 ? separator : '\n')
    sys.process.data = i
    sys.spend?.(AT_ONCE_FUEL)
    if (!sys.out(text, true) || sys.breakOff?.() === true) return
  }
  sys.exit(0)
}

export const plainPrograms: readonly Program[] = [yes, no, echo, clear, sleep, seq]
