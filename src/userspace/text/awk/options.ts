/**
 * awk's command line, as mawk reads it.
 */
import { errnoText } from '../../shell/files.ts'
import type { Sys } from '../../program.ts'
import { unescapeString } from './lexer.ts'

export interface AwkOptions {
  text: string
  /** -F and -v, in order. */
  assignments: [name: string, value: string][]
  operands: string[]
}

export function awkOptions(sys: Sys): AwkOptions | null {
  const words = sys.process.argv.slice(1)
  const assignments: AwkOptions['assignments'] = []
  const files: string[] = []
  while (words.length > 0 && words[0].startsWith('-') && words[0] !== '-') {
    const word = words.shift() ?? ''
    if (word === '--') break
    const letter = word[1]
    if (!'FvfW'.includes(letter)) return refuse(sys, `not an option: ${word}`)
    const value = word.length > 2 ? word.slice(2) : words.shift()
    if (value === undefined) return refuse(sys, `option -${letter} lacks argument`)
    if (letter === 'F') assignments.push(['FS', unescapeString(value)])
    else if (letter === 'f') files.push(value)
    else if (letter === 'v') {
      const found = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(value)
      if (!found) return refuse(sys, `improper assignment: -v ${value}`)
      assignments.push([found[1], unescapeString(found[2])])
    }
  }
  const texts: string[] = []
  for (const file of files) {
    const text = sys.files.read(file)
    if (typeof text !== 'string') return refuse(sys, `cannot open ${file} (${errnoText(text)})`)
    texts.push(text)
  }
  if (files.length === 0) {
    const program = words.shift()
    if (program === undefined) {
      sys.err(
        'Usage: mawk [Options] [Program] [file ...]\n\nProgram: the text between single quotes, or -f program-file\n',
      )
      sys.exit(2)
      return null
    }
    texts.push(program)
  }
  return {
    text: texts.join('\n'),
    assignments,
    operands: words.map((word) => (word.includes('=') ? unescapeString(word) : word)),
  }
}

function refuse(sys: Sys, text: string): null {
  sys.err(`awk: ${text}\n`)
  sys.exit(2)
  return null
}
