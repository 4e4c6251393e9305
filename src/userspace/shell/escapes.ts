/**
 * Backslash escapes of `echo -e`, of printf's format and of its `%b`. bash(1)
 */
const LETTERS: Record<string, string> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

/** `stopped`: there was a `\c`, after which nothing more is printed. Octal is `\0nnn` for echo, `\nnn` in a format. */
export function unescape(text: string, where: 'echo' | 'format'): { text: string; stopped: boolean } {
  if (!text.includes('\\')) return { text, stopped: false }
  let result = ''
  let stopped = false
  const escape =
    where === 'echo'
      ? /\\(?:0([0-7]{0,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([\s\S]))/g
      : /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([\s\S]))/g
  let at = 0
  for (let found = escape.exec(text); found && !stopped; found = escape.exec(text)) {
    const [all, octal, hex, unicode, letter] = found
    result += text.slice(at, found.index)
    at = found.index + all.length
    if (octal !== undefined) result += String.fromCharCode(parseInt(octal || '0', 8) & 255)
    else if (hex !== undefined || unicode !== undefined)
      result += String.fromCodePoint(parseInt(hex ?? unicode, 16))
    else if (letter === 'c') stopped = true
    else if (where === 'format' && (letter === '"' || letter === "'" || letter === '?')) result += letter
    else result += LETTERS[letter] ?? `\\${letter}`
  }
  return { text: stopped ? result : result + text.slice(at), stopped }
}
