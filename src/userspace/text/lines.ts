/**
 * Lines out of text that arrives in pieces.
 */

/** What has come of a line whose end has not. */
export interface LineBuffer {
  rest: string
}

/** Fuel for a line of work in a text tool: about half a microsecond. */
export const LINE_FUEL = 0.5

/** The lines that are complete now, without their newlines. */
export function takeLines(buffer: LineBuffer, text: string): string[] {
  const lines = text.split('\n')
  lines[0] = buffer.rest + lines[0]
  buffer.rest = lines.pop() ?? ''
  return lines
}

/** The last line, when no newline ended it. */
export function takeRest(buffer: LineBuffer): string[] {
  const { rest } = buffer
  buffer.rest = ''
  return rest === '' ? [] : [rest]
}
