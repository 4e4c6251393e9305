/** A terminal's text: chunks of the lab made lines, history, completion, paste. Pure. */
import type { OutputChunk } from '../lab/protocol.ts'

export interface TermLine {
  /** Of a block of lines, that of its first. */
  key: string
  kind: 'prompt' | 'stdout' | 'stderr'
  text: string
  by: string | undefined
}

/** Lines kept in the page. Older ones are said to be above, not drawn. */
export const SCROLLBACK = 1000

/** So many lines of one chunk are drawn as one, where it has as many: a page of them is made in no time. */
export const BLOCK = 50

/**
 * The newest lines of chunks `from` .. `to` (exclusive), oldest first; how many they are, and whether there were more. Long
 * output comes in blocks of lines. What was printed without an end of line goes on in the next chunk, of whichever stream it is: a
 * line of both is stderr's.
 */
export function linesOf(
  chunks: readonly OutputChunk[],
  from: number,
  to: number,
  cap = SCROLLBACK,
): { lines: TermLine[]; count: number; cut: boolean } {
  const lines: TermLine[] = []
  let count = 0
  for (let c = chunks.length - 1; c >= 0; c--) {
    const { n, stream, text, by } = chunks[c]
    if (n >= to) continue
    if (n < from) break
    // Text that is not kept any more is above what is drawn.
    if (text === '' && stream !== 'prompt') continue
    const parts = stream === 'prompt' ? [text] : text.replace(/\n$/, '').split('\n')
    const next = lines.at(-1)
    if (stream !== 'prompt' && next !== undefined && next.kind !== 'prompt' && !text.endsWith('\n')) {
      const begun = parts.pop() ?? ''
      const end = next.kind === stream ? -1 : next.text.indexOf('\n')
      const key = `${n}.${parts.length}`
      if (end < 0) {
        next.text = begun + next.text
        next.key = key
        if (next.kind !== stream) next.kind = 'stderr'
      } else {
        // Of a block of the other stream's lines only the first one stands in the line that was begun.
        lines.push({ key, kind: 'stderr', text: begun + next.text.slice(0, end), by: undefined })
        next.text = next.text.slice(end + 1)
        next.key += '+'
      }
    }
    const block = parts.length < BLOCK ? 1 : BLOCK
    for (let end = parts.length; end > 0;) {
      if (count === cap) return { lines: lines.reverse(), count, cut: true }
      const begin = Math.max(Math.floor((end - 1) / block) * block, end - (cap - count))
      lines.push({ key: `${n}.${begin}`, kind: stream, text: parts.slice(begin, end).join('\n'), by })
      count += end - begin
      end = begin
    }
  }
  return { lines: lines.reverse(), count, cut: false }
}

/** As a terminal shows it: a carriage return goes back to the start of the line, and what comes then stands over it. */
export function overwritten(text: string): string {
  if (!text.includes('\r')) return text
  const shown = (line: string): string =>
    line.split('\r').reduce((under, over) => over + under.slice(over.length))
  return text.split('\n').map(shown).join('\n')
}

/** Lines that were typed, the oldest first, without immediate repetitions. */
export function historyOf(chunks: readonly OutputChunk[], to: number): string[] {
  const out: string[] = []
  for (const { n, stream, text } of chunks)
    if (n < to && stream === 'prompt' && text.trim() !== '' && out.at(-1) !== text) out.push(text)
  return out
}

/** Who runs a line: its first word, the shell where that is a word of its own (`for`, `while`, a bracket). */
export function programOf(line: string): string {
  const [word = ''] = line.trim().split(/\s+/)
  return /^(for|while|until|if|case|[({].*)$/.test(word) ? 'sh' : word
}

/** What stderr said about the last line that came from `by`; '' for nothing, or when it has not run. */
export function complaintOf(chunks: readonly OutputChunk[], to: number, by: string): string {
  let said = ''
  for (let c = chunks.length - 1; c >= 0; c--) {
    const { n, stream, text, by: from } = chunks[c]
    if (n >= to) continue
    if (stream === 'stderr') said = text + said
    if (stream !== 'prompt') continue
    if (from === by) return said.trim()
    said = ''
  }
  return ''
}

/** The line with the words that can stand at the cursor: one is put in, of several what they begin with alike. */
export function completed(
  line: string,
  cursor: number,
  from: number,
  words: readonly string[],
): { line: string; cursor: number; choices: readonly string[] } {
  if (words.length === 0) return { line, cursor, choices: [] }
  const only = words.length === 1
  const common = words.reduce((a, b) => {
    let i = 0
    while (i < a.length && a[i] === b[i]) i++
    return a.slice(0, i)
  })
  const put = only && !/[/=]$/.test(common) ? `${common} ` : common
  const kept = put.length >= cursor - from ? put : line.slice(from, cursor)
  return {
    line: line.slice(0, from) + kept + line.slice(cursor),
    cursor: from + kept.length,
    choices: only ? [] : words,
  }
}

/** What a paste means: lines as they would be typed, without the prompts that articles put before them. */
export function pastedLines(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\$|[\w.-]+[#$]|#(?=\s*(?:sysctl|iptables|conntrack|ip)\s))\s+/, ''))
    .filter((line) => line.trim() !== '')
}

/** Characters that a paste may have: a long script, and what the lab takes in one line. */
export const PASTE_MAX = 100_000

export interface Paste {
  /** Lines to run now, as many as there is room for. */
  run: string[]
  /** What stays in the input line: a last line that is not ended waits for Enter. */
  rest: string
  /** Lines that found no room. */
  left: number
}

/** What becomes of an input line into which something was pasted, null: it is too long to be taken at all. */
export function paste(line: string, room: number): Paste | null {
  if (line.length > PASTE_MAX) return null
  if (!/[\r\n]/.test(line)) return { run: [], rest: line, left: 0 }
  const lines = pastedLines(line)
  const rest = /[\r\n]$/.test(line) ? '' : (lines.pop() ?? '')
  return { run: lines.slice(0, room), rest, left: Math.max(0, lines.length - room) }
}
