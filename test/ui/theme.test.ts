import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync('src/ui/theme.css', 'utf8')

function tokens(block: string | undefined): Record<string, string> {
  return Object.fromEntries(
    [...(block ?? '').matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, n, v]) => [n, v]),
  )
}

const light = tokens(/:root \{([^}]*)\}/.exec(css)?.[1])
const system = tokens(/:root:not\(\[data-theme='light'\]\) \{([^}]*)\}/.exec(css)?.[1])
const dark = tokens(/:root\[data-theme='dark'\] \{([^}]*)\}/.exec(css)?.[1])

/** WCAG 2: relative luminance and contrast. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p)
  return (x + 0.05) / (y + 0.05)
}

/** Text on its ground: 4.5. */
const TEXT: [string, string][] = [
  ...['paper', 'card', 'sunk'].flatMap((ground): [string, string][] => [
    ['ink', ground],
    ['soft', ground],
    ['orig', ground],
    ['drop', ground],
  ]),
  ['ink', 'table'],
  ['table-ink', 'table'],
  ['conntrack-ink', 'conntrack'],
  ['conntrack-ink', 'card'],
  ['ink', 'chain'],
  ...['orig', 'reply', 'rewrite', 'drop', 'good'].flatMap((c): [string, string][] => [
    [`${c}-ink`, `${c}-soft`],
    [`on-${c}`, c],
  ]),
  ['term-ink', 'term'],
  ['term-soft', 'term'],
  ['term-prompt', 'term'],
  ['term-error', 'term'],
  ['term-soft', 'term-line'],
]

/** Lines and fills that carry meaning, and edges of fields: 3. */
const PARTS: [string, string][] = [
  ...['orig', 'reply', 'rewrite', 'drop', 'good', 'edge', 'focus'].flatMap((c): [string, string][] => [
    [c, 'card'],
    [c, 'paper'],
  ]),
  ['heat-2', 'heat-0'],
]

for (const [name, theme] of [
  ['light', light],
  ['dark', dark],
] as const) {
  test.each(TEXT)(`${name}: %s can be read on %s`, (ink, ground) => {
    expect(contrast(theme[ink], theme[ground])).toBeGreaterThanOrEqual(4.5)
  })
  test.each(PARTS)(`${name}: %s is seen on %s`, (part, ground) => {
    expect(contrast(theme[part], theme[ground])).toBeGreaterThanOrEqual(3)
  })
  test(`${name}: each step of the heat map is told from the one before`, () => {
    for (let step = 1; step < 5; step++)
      expect(contrast(theme[`heat-${step}`], theme[`heat-${step - 1}`])).toBeGreaterThanOrEqual(1.4)
  })
}

test('dark by choice is dark by the system', () => {
  expect(system).toEqual(dark)
})

test('both themes have the same colours', () => {
  expect(Object.keys(dark).sort()).toEqual(Object.keys(light).sort())
})
