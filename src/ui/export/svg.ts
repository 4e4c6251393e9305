/** SVG as text: elements whose words stay words, whatever somebody has put into them; and how wide words are, about. */

/** What XML 1.0 has no way to write; half of a pair of surrogates too. */
const UNWRITABLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Words as they may stand in an element or an attribute. */
export function escapeXml(words: string): string {
  return words.replace(UNWRITABLE, '\ufffd').replace(/[&<>"']/g, (c) => ENTITIES[c])
}

type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element. `inside`: markup that has been made here, never somebody's words. */
export function el(name: string, attributes: Attributes, inside: string | readonly string[] = ''): string {
  const said = Object.entries(attributes)
    .filter(([, v]) => v !== undefined)
    .map(
      ([k, v]) =>
        ` ${k}="${escapeXml(typeof v === 'number' ? String(Math.round(v * 100) / 100) : (v ?? ''))}"`,
    )
    .join('')
  const body = typeof inside === 'string' ? inside : inside.join('')
  return body === '' ? `<${name}${said}/>` : `<${name}${said}>${body}</${name}>`
}

export const SANS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
export const MONO =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', 'Noto Sans Mono CJK SC', monospace"

export interface Face {
  size: number
  fill: string
  mono?: boolean
  bold?: boolean
  anchor?: 'middle' | 'end'
  /** Struck through. */
  struck?: boolean
}

/** A line of words, its baseline at y. */
export function words(x: number, y: number, said: string, face: Face): string {
  return el(
    'text',
    {
      x,
      y,
      fill: face.fill,
      'font-size': face.size,
      'font-family': face.mono ? MONO : undefined,
      'font-weight': face.bold ? 650 : undefined,
      'text-anchor': face.anchor,
      'text-decoration': face.struck ? 'line-through' : undefined,
      // Somebody's spaces are somebody's.
      'xml:space': face.mono ? 'preserve' : undefined,
    },
    escapeXml(said),
  )
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/

/** How wide words will be, pixels: about, for nobody knows with which fonts the file will be opened. */
export function widthOf(said: string, size: number, mono = false): number {
  let ems = 0
  for (const c of said)
    ems += WIDE.test(c)
      ? 1
      : mono
        ? 0.61
        : c === ' '
          ? 0.3
          : /[A-Z0-9_@%]/.test(c)
            ? 0.65
            : /[iljt.,:;|'!]/.test(c)
              ? 0.33
              : 0.56
  return ems * size
}

/** Words in lines of a width: broken between words, and inside one where it is longer than a line. */
export function wrap(said: string, width: number, size: number, mono = false): string[] {
  const lines: string[] = []
  let line = ''
  const fits = (s: string): boolean => widthOf(s, size, mono) <= width
  for (const piece of said.split(/(?<=[ ])|(?<=[\u3001\u3002\uff0c\uff1b\uff1a])/)) {
    if (line === '' || fits((line + piece).trimEnd())) line += piece
    else {
      lines.push(line.trimEnd())
      line = piece
    }
    while (!fits(line.trimEnd())) {
      let n = line.length - 1
      while (n > 1 && !fits(line.slice(0, n))) n--
      lines.push(line.slice(0, n))
      line = line.slice(n)
    }
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line.trimEnd())
  return lines
}

/** A whole file. */
export function document(
  w: number,
  h: number,
  title: string,
  desc: string,
  inside: readonly string[],
): string {
  const root = el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: w,
      height: h,
      viewBox: `0 0 ${w} ${Math.round(h * 100) / 100}`,
      'font-family': SANS,
      role: 'img',
    },
    [el('title', {}, escapeXml(title)), el('desc', {}, escapeXml(desc)), ...inside],
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`
}
