/**
 * The record and its fields. The record is split when a field is first asked for.
 */
import { compileRegex, findMatch, RegexError, type Regex } from '../regex.ts'
import { AwkError, FS, OFS, RS, type Run } from './state.ts'
import { toInt, toText } from './values.ts'

/** Fields a record can have. */
const MOST = 32767

export function awkRegex(pattern: string): Regex {
  try {
    return compileRegex(pattern, { syntax: 'awk', program: 'awk' })
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    throw new AwkError(`regular expression compile failed (${error.message})\n${pattern}`)
  }
}

export function setRecord(run: Run, text: string): void {
  const { state } = run
  state.record = text
  state.fields = null
  state.stale = false
}

export function recordOf(run: Run): string {
  const { state } = run
  if (state.stale && state.fields) {
    state.record = state.fields.join(toText(run, state.globals[OFS] as string))
    state.stale = false
  }
  return state.record
}

export function fieldsOf(run: Run): string[] {
  const { state } = run
  state.fields ??= splitText(state.record, separatorOf(run), state.globals[RS] === '')
  return state.fields
}

function separatorOf(run: Run): string | Regex {
  const separator = toText(run, run.state.globals[FS] as string)
  return separator.length > 1 ? awkRegex(separator) : separator
}

/**
 * `' '`: at blanks, without those at the ends; one other character: at each; '': every character; else a regular
 * expression. `newlines`: a newline separates as well (RS is "").
 */
export function splitText(text: string, separator: string | Regex, newlines: boolean): string[] {
  if (text === '') return []
  if (separator === ' ') return splitBlanks(text)
  if (typeof separator !== 'string') {
    const parts = splitRegex(text, separator)
    return newlines ? parts.flatMap((part) => part.split('\n')) : parts
  }
  if (separator === '') return [...text]
  return newlines ? text.split('\n').flatMap((line) => line.split(separator)) : text.split(separator)
}

function splitBlanks(text: string): string[] {
  const fields: string[] = []
  const { length } = text
  let i = 0
  for (;;) {
    while (i < length && isBlank(text.charCodeAt(i))) i++
    if (i >= length) return fields
    const from = i
    while (i < length && !isBlank(text.charCodeAt(i))) i++
    fields.push(text.slice(from, i))
  }
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

function splitRegex(text: string, regex: Regex): string[] {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at <= text.length;) {
    const found = findMatch(regex, text, at)
    if (!found) break
    if (found.to === found.from) {
      at = found.from + 1
      continue
    }
    parts.push(text.slice(from, found.from))
    from = at = found.to
  }
  parts.push(text.slice(from))
  return parts
}

export function fieldText(run: Run, index: number): string {
  if (index === 0) return recordOf(run)
  const { fields } = run.state
  return (fields ?? fieldsOf(run))[checkIndex(index) - 1] ?? ''
}

function checkIndex(index: number): number {
  const whole = toInt(index)
  if (whole < 0) throw new AwkError(`negative field index $${whole}`)
  if (whole > MOST) throw new AwkError(`maximum number of fields exceeded`)
  return whole
}

export function setField(run: Run, index: number, text: string): void {
  const whole = checkIndex(index)
  if (whole === 0) {
    setRecord(run, text)
    return
  }
  const fields = fieldsOf(run)
  while (fields.length < whole) fields.push('')
  fields[whole - 1] = text
  run.state.stale = true
}

export function setFieldCount(run: Run, count: number): void {
  const whole = checkIndex(count)
  const fields = fieldsOf(run)
  while (fields.length < whole) fields.push('')
  fields.length = whole
  run.state.stale = true
}
