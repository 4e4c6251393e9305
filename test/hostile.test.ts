/**
 * What comes from outside and is not what it says: links and codes that were changed on their way, names that every object
 * has, texts without an end, and the packages that the page is made of. (Of lessons: build/hostile.test.ts, of messages:
 * ui/frame.test.ts, in the page: browser/hostile.test.ts.)
 */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { build, TEXT_MAX as PASTE_MAX } from '../src/lab/bring/build.ts'
import { fromLink, toLink } from '../src/lab/take/link.ts'
import { fromBase64, pack, TEXT_MAX, toBase64, unpack } from '../src/lab/take/pack.ts'
import { parseSaved } from '../src/lab/take/schema.ts'
import { parseProgress, progressCode, readProgress, withStep, NO_PROGRESS } from '../src/lesson/progress.ts'
import '../src/userspace/index.ts'
import { PATIENCE, runs } from './properties/runs.ts'

vi.setConfig({ testTimeout: PATIENCE })

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const GOOD = toLink({
  netfilterLab: 1,
  lab: 'gateway',
  seed: 1,
  inputs: [{ on: 'gateway', line: 'iptables -t nat -A POSTROUTING -j MASQUERADE', steps: 3 }],
  end: { steps: 120, wait: 31_000 },
})
const untouched = (): void => expect(Object.keys(Object.prototype)).toEqual([])

/** A link with letters changed, left out and put in. */
const changed = fc
  .array(
    fc.tuple(
      fc.nat({ max: GOOD.length - 1 }),
      fc.nat({ max: 2 }),
      fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 9 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) =>
    edits.reduce((text, [at, out, put]) => text.slice(0, at) + put + text.slice(at + out), GOOD),
  )

test('a link that was changed is a lab of ours, or a problem with a name', () => {
  fc.assert(
    fc.property(changed, (text) => {
      const { saved, problems } = fromLink(text)
      expect(saved === null ? problems.length > 0 : parseSaved(JSON.stringify(saved)).saved !== null).toBe(
        true,
      )
    }),
    runs(30),
  )
  untouched()
})

test('a short link does not become a long text', () => {
  // Of one letter, over and over, a packer of this kind makes nearly nothing.
  const bomb = toBase64(pack('a'.repeat(TEXT_MAX + 1000)))
  expect(bomb.length).toBeLessThan(8000)
  expect(unpack(fromBase64(bomb) ?? [])).toBe(null)
  expect(fromLink(bomb).saved).toBe(null)
})

test('names that every object has are no lab, no lesson and no step', () => {
  for (const text of [
    '{"__proto__":{"polluted":1},"netfilterLab":1,"lab":"gateway","seed":1,"inputs":[],"end":{}}',
    '{"netfilterLab":1,"lab":"gateway","seed":1,"inputs":[{"on":"pc1","line":"ls","__proto__":{"x":1}}],"end":{}}',
    '{"netfilterLab":1,"lab":{"__proto__":{"name":"x"}},"seed":1,"inputs":[],"end":{}}',
    `${'{"lab":'.repeat(3000)}1${'}'.repeat(3000)}`,
    `${'['.repeat(50_000)}`,
  ])
    expect(parseSaved(text).saved, text.slice(0, 60)).toBe(null)
  const progress = parseProgress('{"last":null,"done":{"constructor":["valueOf"]},"at":{}}')
  // It is kept as a word, and is none of a lesson's.
  expect(withStep(progress ?? NO_PROGRESS, '03-snat', 'look', ['look']).done).toMatchObject({
    '03-snat': ['look'],
  })
  for (const text of [
    '{"last":null,"done":{"__proto__":["x"]},"at":{}}',
    '{"last":null,"done":{},"at":{},"__proto__":{"polluted":1}}',
    '{"last":{"lesson":"<img src=x onerror=alert(1)>","step":"x"},"done":{},"at":{}}',
    `{"last":null,"done":{"a":${JSON.stringify(Array(101).fill('x'))}},"at":{}}`,
  ])
    expect(parseProgress(text) ?? NO_PROGRESS, text.slice(0, 60)).toEqual(NO_PROGRESS)
  untouched()
})

test('a progress code that was changed is none', () => {
  const code = progressCode(withStep(NO_PROGRESS, '03-snat', 'rule', ['look', 'rule']))
  expect(readProgress(code)).not.toBe(null)
  fc.assert(
    fc.property(fc.nat({ max: code.length - 1 }), fc.constantFrom(...LETTERS), (at, letter) => {
      const text = code.slice(0, at) + letter + code.slice(at + 1)
      if (text !== code) expect(readProgress(text)).toBe(null)
    }),
    runs(60),
  )
  expect(readProgress('NFL1.'.repeat(20_000))).toBe(null)
})

test('of a rule set without an end the beginning is read, and where it was cut is said', () => {
  const rule = (n: number): string =>
    `-A FORWARD -s 10.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32 -j ACCEPT\n`
  const rules = Array.from({ length: 20_000 }, (_, n) => rule(n)).join('')
  const text = `*filter\n:FORWARD ACCEPT [0:0]\n${rules}COMMIT\n`
  expect(text.length).toBeGreaterThan(PASTE_MAX)
  const { brought } = build(text)
  const [cut] = brought.notes.filter(({ why }) => why.kind === 'cut')
  expect(text.split('\n')[cut.line - 1]).toBe(cut.text)
  expect(brought.taken.iptables).toBeGreaterThan(8000)
})

test('the page is made of few packages, each of one version that is known by its sum', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>
  }
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(12)
  for (const [name, version] of Object.entries(dependencies)) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { integrity?: string; link?: boolean }>
  }
  for (const [name, { integrity }] of Object.entries(packages))
    if (name !== '') expect(integrity, name).toMatch(/^sha512-/)
})
