/**
 * cat(1): -n, -b, -s, -A, -E, -T, -v.
 *
 * Left out of -v: bytes above 127, which are text here.
 */
import { filterProgram } from './filter.ts'
import { optionsOf } from './options.ts'

interface Cat {
  number: 'none' | 'all' | 'filled'
  squeeze: boolean
  ends: boolean
  tabs: boolean
  control: boolean
  line: number
  /** A line has been begun. */
  inLine: boolean
  /** Empty lines just seen. */
  empty: number
}

export const cat = filterProgram<Cat>({
  name: 'cat',
  usage: 'cat [-AbEnsTv] [FILE]...',
  open: (sys) => {
    const options = optionsOf(sys, {
      short: 'AbeEnstTuv',
      long: {
        'show-all': 'A',
        'number-nonblank': 'b',
        'show-ends': 'E',
        number: 'n',
        'squeeze-blank': 's',
        'show-tabs': 'T',
        'show-nonprinting': 'v',
      },
    })
    if (!options) return null
    const has = (letters: string): boolean => options.found.some(({ name }) => letters.includes(name))
    const data: Cat = {
      number: has('b') ? 'filled' : has('n') ? 'all' : 'none',
      squeeze: has('s'),
      ends: has('AEe'),
      tabs: has('ATt'),
      control: has('Avet'),
      line: 0,
      inLine: false,
      empty: 0,
    }
    return { data, files: options.operands }
  },
  text: (sys, data, text) => {
    const plain = data.number === 'none' && !data.squeeze && !data.ends && !data.tabs && !data.control
    sys.out(plain ? text : decorate(data, text))
  },
  end: (_sys, _data, failed) => (failed ? 1 : 0),
})

function decorate(data: Cat, text: string): string {
  let result = ''
  for (const piece of text.split(/(?<=\n)/)) {
    const ended = piece.endsWith('\n')
    const line = ended ? piece.slice(0, -1) : piece
    const begins = !data.inLine
    data.inLine = !ended
    data.empty = begins && line === '' ? data.empty + 1 : 0
    if (data.squeeze && data.empty > 1) continue
    if (begins && (data.number === 'all' || (data.number === 'filled' && line !== ''))) {
      result += `${String(++data.line).padStart(6)}\t`
    }
    result += show(data, line) + (ended ? (data.ends ? '$\n' : '\n') : '')
  }
  return result
}

/** `^A` for a control character; a tab stays. */
function caret(c: string): string {
  const code = c.charCodeAt(0)
  return (code < 32 && code !== 9) || code === 127 ? `^${String.fromCharCode(code ^ 64)}` : c
}

function show({ tabs, control }: Cat, line: string): string {
  const visible = control ? [...line].map(caret).join('') : line
  return tabs ? visible.replaceAll('\t', '^I') : visible
}
