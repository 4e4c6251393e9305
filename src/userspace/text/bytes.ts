/** Length of a text as UTF-8. A surrogate is half of four bytes. */
export function byteLength(text: string): number {
  let extra = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x80) extra += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2
  }
  return text.length + extra
}
