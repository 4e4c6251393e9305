/** Colours of the theme as numbers, and how well one is read on another. */

/** #rrggbb or #rgb, as the style sheet has it when it has been packed. */
export function rgbOf(colour: string): number {
  const digits = colour.slice(1)
  return Number.parseInt(digits.length === 3 ? digits.replace(/./g, '$&$&') : digits, 16)
}

/** The contrast of two colours, as WCAG counts it: 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: string): number {
  const rgb = rgbOf(colour)
  const part = (shift: number): number => {
    const c = ((rgb >> shift) & 0xff) / 255
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}
