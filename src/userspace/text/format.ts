/**
 * printf(3)'s conversions, for the shell's printf and for awk.
 */

export interface Conversion {
  minus: boolean
  plus: boolean
  space: boolean
  zero: boolean
  alternate: boolean
  width: number | '*' | null
  precision: number | '*' | null
  /** The conversion itself, '' when the format ends before it. */
  letter: string
  /** As written. */
  source: string
}

/** A conversion whose `*` have been filled in. */
export interface ExactConversion extends Conversion {
  width: number | null
  precision: number | null
}

const CONVERSION = /%(?:%|([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:[hlLqjzt]*)([\s\S])?)/g

/** Literal text (`%%` is `%` already) and conversions, in order. */
export function parseFormat(format: string): (string | Conversion)[] {
  const pieces: (string | Conversion)[] = []
  let at = 0
  for (const found of format.matchAll(CONVERSION)) {
    const [source, flags = '', width, precision, letter = ''] = found
    if (found.index > at) pieces.push(format.slice(at, found.index))
    at = found.index + source.length
    if (source === '%%') pieces.push('%')
    else {
      const dot = source.includes('.')
      pieces.push({
        minus: flags.includes('-'),
        plus: flags.includes('+'),
        space: flags.includes(' '),
        zero: flags.includes('0'),
        alternate: flags.includes('#'),
        width: width === undefined ? null : width === '*' ? '*' : Number(width),
        precision: precision === undefined ? (dot ? 0 : null) : precision === '*' ? '*' : Number(precision),
        letter,
        source,
      })
    }
  }
  if (at < format.length) pieces.push(format.slice(at))
  return pieces
}

export function formatText(conversion: ExactConversion, text: string): string {
  const { precision } = conversion
  return padded(conversion, precision !== null && precision >= 0 ? text.slice(0, precision) : text)
}

function padded({ width, minus }: ExactConversion, text: string): string {
  const size = Math.abs(width ?? 0)
  return minus || (width ?? 0) < 0 ? text.padEnd(size) : text.padStart(size)
}

/** %d %i %u %o %x %X %e %E %f %F %g %G */
export function formatNumber(conversion: ExactConversion, value: number): string {
  const { letter } = conversion
  if (!Number.isFinite(value)) {
    // What x86 makes of 0/0 is negative, and that is what is met most.
    const name = Number.isNaN(value) ? '-nan' : 'inf'
    return padded(
      conversion,
      signOf(conversion, value) + (letter === letter.toUpperCase() ? name.toUpperCase() : name),
    )
  }
  const integer = /[diouxX]/.test(letter)
  const negative = value < 0 || Object.is(value, -0)
  const digits = integer ? integerDigits(conversion, value) : floatDigits(conversion, Math.abs(value))
  const unsigned = /[ouxX]/.test(letter)
  const sign = unsigned ? '' : signOf(conversion, negative && (!integer || value <= -1) ? -1 : 0)
  const prefix = conversion.alternate && /[xX]/.test(letter) && value !== 0 ? `0${letter}` : ''
  const size = Math.abs(conversion.width ?? 0)
  const zeros = conversion.zero && !conversion.minus && !(integer && conversion.precision !== null)
  if (zeros) return sign + prefix + digits.padStart(size - sign.length - prefix.length, '0')
  return padded(conversion, sign + prefix + digits)
}

function signOf({ plus, space }: Conversion, value: number): string {
  return value < 0 ? '-' : plus ? '+' : space ? ' ' : ''
}

/** Digits of the whole part; a negative number in %x and its kin is its two's complement in 64 bits. */
function integerDigits({ letter, precision, alternate }: ExactConversion, value: number): string {
  const whole = Math.trunc(value)
  const base = letter === 'o' ? 8 : /[xX]/.test(letter) ? 16 : 10
  const signed = letter === 'd' || letter === 'i'
  const big = signed || whole >= 0 ? null : BigInt.asUintN(64, BigInt(whole))
  const plain = big === null ? digitsOf(Math.abs(whole), base) : big.toString(base)
  const text = letter === 'X' ? plain.toUpperCase() : plain
  if (precision === 0 && whole === 0) return ''
  const filled = text.padStart(precision ?? 0, '0')
  return alternate && letter === 'o' && !filled.startsWith('0') ? `0${filled}` : filled
}

function digitsOf(whole: number, base: number): string {
  return whole < 1e21 ? whole.toString(base) : BigInt(whole).toString(base)
}

function floatDigits({ letter, precision, alternate }: ExactConversion, value: number): string {
  const places = precision === null || precision < 0 ? 6 : precision
  const upper = letter === letter.toUpperCase()
  let text: string
  if (/[fF]/.test(letter)) text = fixed(value, places)
  else if (/[eE]/.test(letter)) text = exponential(value, places)
  else text = general(value, places, alternate)
  return upper ? text.toUpperCase() : text
}

/** JavaScript's toFixed gives up at 1e21, and rounds a tie up where C rounds it to even. */
function fixed(value: number, places: number): string {
  if (value >= 1e21) return BigInt(value).toString() + (places > 0 ? `.${'0'.repeat(places)}` : '')
  const text = value.toFixed(Math.min(places, 100))
  if (places > 70) return text
  const exact = value.toFixed(places + TIE)
  return isTieToEven(exact, TIE) ? exact.slice(0, places === 0 ? -TIE - 1 : -TIE) : text
}

/** C writes at least two digits of an exponent. */
function exponential(value: number, places: number): string {
  return roundedExponential(value, places).replace(/e([-+])(\d)$/, 'e$10$2')
}

function roundedExponential(value: number, places: number): string {
  const text = value.toExponential(Math.min(places, 100))
  if (places > 70) return text
  const [digits, exponent] = value.toExponential(places + TIE).split('e')
  return isTieToEven(digits, TIE) ? `${digits.slice(0, places === 0 ? -TIE - 1 : -TIE)}e${exponent}` : text
}

/** Digits beyond the last one wanted: a double that is 5 and then so many zeros there is a tie. */
const TIE = 25

/** Is what is beyond the last digit wanted exactly one half, and that digit even? */
function isTieToEven(digits: string, beyond: number): boolean {
  const half = digits.length - beyond
  if (digits[half] !== '5' || !/^50*$/.test(digits.slice(half))) return false
  return '02468'.includes(digits[half - 1] === '.' ? digits[half - 2] : digits[half - 1])
}

/** %g: as many significant digits, in the shorter of %e and %f, without zeros at the end. */
function general(value: number, places: number, keepZeros: boolean): string {
  const digits = Math.max(places, 1)
  const exponent = value === 0 ? 0 : Number(roundedExponential(value, digits - 1).split('e')[1])
  const scientific = exponent < -4 || exponent >= digits
  const text = scientific ? exponential(value, digits - 1) : fixed(value, digits - 1 - exponent)
  const [digitsOnly, power] = text.split('e')
  if (keepZeros || !digitsOnly.includes('.')) return text
  return digitsOnly.replace(/\.?0+$/, '') + (power === undefined ? '' : `e${power}`)
}
