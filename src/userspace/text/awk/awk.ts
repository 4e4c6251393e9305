/**
 * awk: mawk 1.3.4, Debian's. Patterns and actions over records and fields.
 *
 * The program is compiled to closures, which are kept by its text; the state of the process is plain data. A program
 * with a bare `getline` reads ahead, so it begins when its whole input is there.
 * Left out: commands (`| getline`, `print |`, system), ENVIRON (it is empty), mawk's time functions, -W.
 */
import { errnoText } from '../../shell/files.ts'
import type { FileError, Sys } from '../../program.ts'
import { filterProgram, type Opened } from '../filter.ts'
import { LINE_FUEL, takeLines, takeRest } from '../lines.ts'
import { findMatch } from '../regex.ts'
import { newArray } from './array.ts'
import { compileProgram, type CompiledProgram } from './program.ts'
import { awkOptions } from './options.ts'
import { awkRegex, setRecord } from './record.ts'
import { BROKEN, EXIT, flush, GOES_ON } from './statements.ts'
import {
  AwkError,
  FILENAME,
  FNR,
  NR,
  RS,
  SPECIAL,
  work,
  type AwkState,
  type Run,
  type Value,
} from './state.ts'
import { textToNumber, toText } from './values.ts'

/** The state of the process. */
interface Awk {
  /** The program's text: its closures are found by it. */
  program: string
  state: AwkState
  /** Text that is no whole record yet. */
  rest: string
  /** Records that have been read, and how many of them the rules have been applied to, or begun to. */
  lines: string[]
  next: number
  /** Inputs, whole, of a program that reads ahead. */
  inputs: { name: string; text: string }[]
  at: 'BEGIN' | 'records' | 'END'
  status: number
}

export const awk = filterProgram<Awk>({
  name: 'awk',
  usage: "awk [-F fs] [-v var=value] [-f progfile | 'program'] [file ...]",
  open,
  begin: (_sys, data, name) => {
    data.inputs.push({ name, text: '' })
    beginInput(data, name)
  },
  operand: (_sys, data, word) => {
    const found = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word)
    if (!found) return false
    assign(data, found[1], found[2])
    return true
  },
  ready: (sys, data) => compiled(data).readsAhead || goOn(sys, data),
  text: (sys, data, text) => {
    if (compiled(data).readsAhead) data.inputs[data.inputs.length - 1].text += text
    else take(sys, data, text, false)
  },
  done: (sys, data) => {
    if (!compiled(data).readsAhead) take(sys, data, '', true)
  },
  missing: (sys, data, name, error) => {
    enter(sys, data, () => {
      throw cannotOpen(name, error)
    })
  },
  end: (sys, data) => {
    if (compiled(data).readsAhead) runAhead(sys, data)
    data.at = 'END'
    goOn(sys, data)
    return null
  },
})

function cannotOpen(name: string, error: FileError): AwkError {
  return new AwkError(`cannot open ${name} (${errnoText(error)})`, { cause: 'plain' })
}

function compiled({ program }: Awk): CompiledProgram {
  const found = compileProgram(program)
  if (typeof found === 'string') throw new Error(found)
  return found
}

function open(sys: Sys): Opened<Awk> | null {
  const options = awkOptions(sys)
  if (!options) return null
  const { text, assignments, operands } = options
  let program: CompiledProgram | string
  try {
    program = compileProgram(text)
  } catch (error) {
    if (!(error instanceof AwkError)) throw error
    program = `line 1: ${error.message}`
  }
  if (typeof program === 'string') {
    sys.err(`awk: ${program}\n`)
    sys.exit(2)
    return null
  }
  const data: Awk = {
    program: text,
    state: newState(program, operands),
    rest: '',
    lines: [],
    next: 0,
    inputs: [],
    at: 'BEGIN',
    status: 0,
  }
  for (const [name, value] of assignments) assign(data, name, value)
  const files = operands.some((word) => !/^[A-Za-z_]\w*=/.test(word)) ? operands : [...operands, '-']
  return { data, files }
}

/** Goes on where it is, to where it needs the next text. False: it has broken off before, or ended. */
function goOn(sys: Sys, data: Awk): boolean {
  const program = compiled(data)
  if (data.at === 'BEGIN') {
    if (!enter(sys, data, (run) => leftBy(run, data, program.begin(run)))) return false
    if (data.at === 'BEGIN') data.at = program.readsRecords ? 'records' : 'END'
  }
  if (data.at === 'records' && !read(sys, data, () => [])) return false
  if (data.at !== 'END') return true
  if (enter(sys, data, (run) => leftBy(run, data, program.end(run)))) sys.exit(data.status)
  return false
}

/** Text has come. */
function take(sys: Sys, data: Awk, text: string, atEnd: boolean): void {
  read(sys, data, (run) => takeRecords(run, data, text, atEnd))
  if (data.at === 'END') goOn(sys, data)
}

/** Whoever calls exit comes to END, and there to the end. The answer is what is handed in. */
function leftBy(run: Run, data: Awk, end: number): number {
  if (end !== EXIT) return end
  data.at = 'END'
  data.status = run.exitStatus
  return end
}

/** All of a program that reads records of its own: BEGIN and the rules, over inputs that are there as a whole. */
function runAhead(sys: Sys, data: Awk): void {
  const program = compiled(data)
  let input = -1
  const nextRecord = (run: Run): string | null => {
    while (data.next === data.lines.length) {
      if (++input >= data.inputs.length) return null
      const { name, text } = data.inputs[input]
      beginInput(data, name)
      data.lines = takeRecords(run, data, text, true)
      data.next = 0
    }
    return data.lines[data.next++]
  }
  enter(sys, data, (run) => {
    run.atOnce = true
    run.nextRecord = nextRecord
    if (leftBy(run, data, program.begin(run)) === GOES_ON) eachRecord(run, data, program)
    return GOES_ON
  })
}

function newState(program: CompiledProgram, operands: string[]): AwkState {
  const initial: Record<string, Value> = {
    NR: 0,
    FNR: 0,
    FS: ' ',
    OFS: ' ',
    ORS: '\n',
    RS: '\n',
    SUBSEP: '\x1c',
    CONVFMT: '%.6g',
    OFMT: '%.6g',
    RSTART: 0,
    RLENGTH: -1,
    FILENAME: '',
    ARGC: operands.length + 1,
  }
  const argv = newArray()
  ;['awk', ...operands].forEach((text, i) =>
    argv.entries.set(String(i), { value: { text }, text: 0, number: i + 1 }),
  )
  return {
    globals: program.names.map((name, slot) =>
      name === 'ARGV' && slot < SPECIAL.length ? argv : program.arrays[slot] ? newArray() : initial[name],
    ),
    record: '',
    fields: null,
    stale: false,
    inside: [],
    opened: [],
    reading: {},
    seed: -1,
    lastSeed: 0,
    where: [],
  }
}

/** `-v name=value`, or an operand. A name the program does not use is of no consequence. */
function assign(data: Awk, name: string, text: string): void {
  const program = compiled(data)
  const slot = program.names.indexOf(name)
  if (slot >= 0 && !program.arrays[slot]) data.state.globals[slot] = initialValue(slot, text)
}

/** Separators and formats are kept as plain strings. */
function initialValue(slot: number, text: string): Value {
  if (slot === NR || slot === FNR) return textToNumber(text)
  return slot < SPECIAL.length ? text : { text }
}

/* Running */

/** Call into the program; write what it prints; end it if it fails. False: it has ended, or broken off. */
function enter(sys: Sys, data: Awk, call: (run: Run) => number): boolean {
  if (sys.process.status !== null) return false
  const run: Run = {
    sys,
    state: data.state,
    out: '',
    work: 0,
    due: false,
    atOnce: false,
    locals: [],
    depth: 0,
    returned: undefined,
    exitStatus: data.status,
    nextRecord: () => null,
  }
  try {
    const end = call(run)
    if (run.work > 0) sys.spend?.(run.work)
    flush(run)
    return end !== BROKEN && sys.process.status === null
  } catch (error) {
    if (!(error instanceof AwkError)) throw error
    flush(run)
    const { globals } = data.state
    const where = `\tFILENAME="${toText(run, globals[FILENAME] as Value)}" FNR=${Number(globals[FNR])} NR=${Number(globals[NR])}`
    sys.err(
      error.cause === 'plain'
        ? `awk: ${error.message}\n`
        : `awk: run time error: ${error.message}\n${where}\n`,
    )
    sys.exit(2)
    return false
  }
}

function beginInput({ state }: Awk, name: string): void {
  state.globals[FILENAME] = name === '-' ? '' : name
  state.globals[FNR] = 0
}

/** Records that are complete now. */
function takeRecords(run: Run, data: Awk, text: string, atEnd: boolean): string[] {
  const separator = toText(run, data.state.globals[RS] as Value)
  if (separator === '\n') {
    const lines = takeLines(data, text)
    return atEnd ? [...lines, ...takeRest(data)] : lines
  }
  data.rest += text
  return separator === '' ? takeParagraphs(data, atEnd) : takeSeparated(data, separator, atEnd)
}

/** RS is "": records are separated by empty lines. */
function takeParagraphs(data: Awk, atEnd: boolean): string[] {
  const parts = data.rest.replace(/^\n+/, '').split(/\n\n+/)
  data.rest = parts.pop() ?? ''
  if (atEnd) {
    const last = data.rest.replace(/\n$/, '')
    data.rest = ''
    if (last !== '') parts.push(last)
  }
  return parts
}

function takeSeparated(data: Awk, separator: string, atEnd: boolean): string[] {
  const parts: string[] = []
  const regex = separator.length > 1 ? awkRegex(separator) : null
  let from = 0
  for (;;) {
    const single = regex ? -1 : data.rest.indexOf(separator, from)
    const found = regex
      ? findMatch(regex, data.rest, from)
      : single < 0
        ? null
        : { from: single, to: single + 1 }
    if (!found || found.to === found.from || (found.to === data.rest.length && regex && !atEnd)) break
    parts.push(data.rest.slice(from, found.from))
    from = found.to
  }
  data.rest = data.rest.slice(from)
  if (atEnd) parts.push(...takeRest(data))
  return parts
}

/** Run the rules over the records that are there, and those that are taken. False: it has broken off, or ended. */
function read(sys: Sys, data: Awk, take: (run: Run) => string[]): boolean {
  return enter(sys, data, (run) => {
    const more = take(run)
    if (more.length > 0) {
      data.lines = [...data.lines.slice(data.next), ...more]
      data.next = 0
    }
    run.nextRecord = () => (data.next < data.lines.length ? data.lines[data.next++] : null)
    return eachRecord(run, data, compiled(data))
  })
}

function eachRecord(run: Run, data: Awk, program: CompiledProgram): number {
  const { globals, where } = data.state
  for (;;) {
    if (where.length === 0) {
      const record = run.nextRecord(run)
      if (record === null) return GOES_ON
      work(run, LINE_FUEL)
      setRecord(run, record)
      globals[NR] = Number(globals[NR]) + 1
      globals[FNR] = Number(globals[FNR]) + 1
    }
    const end = leftBy(run, data, program.record(run))
    if (end !== GOES_ON) return end
  }
}
