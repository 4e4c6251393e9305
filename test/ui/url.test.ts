import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import {
  addressSchema,
  commandsOf,
  GROUPS,
  PARAMETERS,
  PARTS,
  type Parameter,
} from '../../src/ui/address/parameters.ts'
import { readAddress } from '../../src/ui/address/read.ts'
import { parameters } from '../../src/ui/text/parameters.ts'
import { DEFAULTS, writeAddress, type Settings } from '../../src/ui/url.ts'

const known = { lessons: ['03-snat'], labs: ['gateway'] }
const read = (search: string, hash = '') => readAddress(search, hash, known)

test('an empty address is the defaults, without a notice', () => {
  expect(read('')).toEqual({ settings: DEFAULTS, notices: [], before: DEFAULTS })
})

test('parameters are read before and behind the #, and behind wins', () => {
  const { settings, notices } = read('?lang=en&speed=2', '#lang=zh&host=pc1')
  expect(settings).toMatchObject({ lang: 'zh', speed: 2, host: 'pc1' })
  expect(notices).toEqual([])
})

test('a lesson behind the # replaces a lab before it', () => {
  expect(read('?lab=gateway', '#lesson=03-snat').settings).toMatchObject({ lesson: '03-snat', lab: null })
  expect(read('?lesson=03-snat&step=rule', '#lab=gateway').settings).toMatchObject({
    lesson: null,
    step: null,
    lab: 'gateway',
  })
})

test('a lesson and a lab at once: the lesson brings its own, and the page says so', () => {
  const { settings, notices } = read('?lesson=03-snat&lab=gateway')
  expect(settings).toMatchObject({ lesson: '03-snat', lab: null })
  expect(notices).toEqual([{ kind: 'unused', name: 'lab', value: 'gateway' }])
})

test('a lesson is of today: another period is not used with it, and the page says so', () => {
  const { settings, notices } = read('?lesson=03-snat&period=article')
  expect(settings.period).toBe('modern')
  expect(notices).toEqual([{ kind: 'unused', name: 'period', value: 'article' }])
  expect(read('?lab=gateway&period=article').settings.period).toBe('article')
  expect(read('?lab=gateway&period=1998').notices).toEqual([{ kind: 'bad', name: 'period', value: '1998' }])
})

test('the period may stand before the # and the lab behind it', () => {
  expect(read('?period=article', '#lab=gateway').settings.period).toBe('article')
  expect(read('?lab=gateway&period=article', '#lab=gateway').settings.period).toBe('article')
  expect(read('?lab=gateway', '#lab=gateway&period=article').settings.period).toBe('article')
  expect(read('?period=article', '#lab=gateway&period=modern').settings.period).toBe('modern')
  expect(read('?period=article', '#speed=2').settings).toMatchObject({ period: 'article', speed: 2 })
  expect(read('?period=article', '#lesson=03-snat').notices).toEqual([
    { kind: 'unused', name: 'period', value: 'article' },
  ])
})

test('who leaves for a lab of today writes down what the address before the # says otherwise', () => {
  const search = '?lab=docker&period=article&speed=2'
  const { settings: before } = readAddress(search, '')
  const hash = writeAddress({ ...DEFAULTS, lab: 'gateway' }, before)
  expect(hash).toBe('#lab=gateway&period=modern&speed=1')
  expect(readAddress(search, hash)).toEqual({
    settings: { ...DEFAULTS, lab: 'gateway' },
    notices: [],
    before,
  })
  expect(writeAddress({ ...DEFAULTS, lab: 'gateway', period: 'article', speed: 2 }, before)).toBe(
    '#lab=gateway&period=article&speed=2',
  )
})

test('numbers out of range are clamped, and the page says to what', () => {
  const { settings, notices } = read('?speed=100000&seed=-3')
  expect(settings).toMatchObject({ speed: 100, seed: 0 })
  expect(notices).toEqual([
    { kind: 'clamped', name: 'speed', value: '100000', used: '100' },
    { kind: 'clamped', name: 'seed', value: '-3', used: '0' },
  ])
})

test('what cannot be used is named, and the default holds', () => {
  const { settings, notices } = read('?lab=moon&speed=fast&theme=pink&lang=fr&lesson=../../etc&colour=1')
  expect(settings).toEqual(DEFAULTS)
  expect(notices.map((n) => `${n.kind} ${'name' in n ? n.name : ''}`)).toEqual([
    'bad lab',
    'bad speed',
    'bad theme',
    'bad lang',
    'bad lesson',
    'unknown colour',
  ])
})

test('names of Object.prototype are no parameters', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
    expect(read(`?${name}=1`).notices).toEqual([{ kind: 'unknown', name, value: '1' }])
  expect(read('?lang=constructor').notices).toEqual([{ kind: 'bad', name: 'lang', value: 'constructor' }])
})

test('flags may stand alone', () => {
  expect(read('?embed&inspect=0').settings).toMatchObject({ embed: true, inspect: false })
})

test('what a host appends to the fragment is not ours and not worth a word', () => {
  expect(read('', '#?secret=abc123')).toMatchObject({ settings: DEFAULTS, notices: [] })
  expect(read('', '#?secret=x&lesson=03-snat').settings.lesson).toBe('03-snat')
})

test('languages are known by their usual tags', () => {
  for (const tag of ['zh', 'zh-CN', 'zh-Hans']) expect(read(`?lang=${tag}`).settings.lang).toBe('zh')
})

test('an address that is too long is not read', () => {
  expect(read(`?lab=${'x'.repeat(9000)}`)).toMatchObject({
    settings: DEFAULTS,
    notices: [{ kind: 'long' }],
  })
})

test('long values are named in short', () => {
  const [notice] = read(`?lab=${'x'.repeat(500)}`).notices
  expect('value' in notice ? notice.value.length : 0).toBeLessThan(50)
})

/** A value that a parameter can have, drawn from what its table says. */
function valueOf({ kind, words = [], range, example, schema }: Parameter): fc.Arbitrary<unknown> {
  if (kind === 'flag') return fc.boolean()
  if (kind === 'choice') return fc.constantFrom(...words)
  if (kind === 'list') return fc.uniqueArray(fc.constantFrom(...words), { minLength: 1 })
  if (kind === 'number' && range !== undefined) return fc.integer({ min: Math.ceil(range[0]), max: range[1] })
  return fc.constant(v.parse(schema, example))
}

test('what is written is read as the same', () => {
  const each = Object.entries(PARAMETERS).map(([name, parameter]) => [
    name,
    fc.option(valueOf(parameter as Parameter), { nil: DEFAULTS[name as keyof Settings] }),
  ])
  const settings = fc
    .record(Object.fromEntries(each) as Record<string, fc.Arbitrary<unknown>>)
    .map(
      (s) => ({ ...s, ...(s.lesson !== null && { lab: null, period: 'modern', setup: null }) }) as Settings,
    )
  fc.assert(
    fc.property(settings, (s) => {
      expect(readAddress('', writeAddress(s), known)).toMatchObject({ settings: s, notices: [] })
    }),
  )
})

test('no address breaks it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (search, hash) => {
      const { settings } = readAddress(`?${search}`, `#${hash}`, known)
      expect(settings.speed).toBeGreaterThan(0)
    }),
    { numRuns: 500 },
  )
})

test('a link to a lesson that has got another name opens it', () => {
  const { settings, notices } = read('', '#lesson=01-snat&step=rule')
  expect(settings).toMatchObject({ lesson: '03-snat', step: 'rule' })
  expect(notices).toEqual([])
})

test('there are thirty parameters and more, and each has a word in both languages', () => {
  const names = Object.keys(PARAMETERS)
  expect(names.length).toBeGreaterThanOrEqual(30)
  expect(Object.keys(DEFAULTS).sort()).toEqual([...names].sort())
  for (const language of ['en', 'zh'] as const) {
    expect(Object.keys(parameters[language].what).sort()).toEqual([...names].sort())
    expect(Object.keys(parameters[language].groups)).toEqual([...GROUPS])
  }
})

const everything = { lessons: ['03-snat'], labs: ['gateway'] }

for (const [name, parameter] of Object.entries(PARAMETERS) as [keyof Settings, Parameter][]) {
  const { example, kind, range, schema } = parameter

  test(`${name}: its example is read in the query and behind the #, and says something else than the default`, () => {
    const value = v.parse(schema, example)
    const query = `?${new URLSearchParams({ [name]: example })}`
    for (const { settings, notices } of [
      readAddress(query, '', everything),
      readAddress('', query.replace('?', '#'), everything),
      readAddress('', query.replace('?', '#?secret=x&'), everything),
    ]) {
      expect(notices).toEqual([])
      expect(settings).toEqual({ ...DEFAULTS, [name]: value })
    }
    expect(value).not.toEqual(DEFAULTS[name])
    expect(v.parse(addressSchema, { [name]: example })).toEqual({ [name]: value })
  })

  test(`${name}: what it cannot be is named, and the rest of the address holds`, () => {
    const bad = `\u0000 not for ${name}`
    const { settings, notices } = readAddress(
      `?speed=3&theme=dark&${new URLSearchParams({ [name]: bad })}`,
      '',
    )
    expect(notices).toEqual([{ kind: 'bad', name, value: bad }])
    expect(settings).toEqual({ ...DEFAULTS, speed: 3, theme: 'dark', [name]: DEFAULTS[name] })
    expect(v.safeParse(addressSchema, { [name]: bad }).success).toBe(false)
  })

  if (kind === 'number' && range !== undefined)
    test(`${name}: out of its range it becomes the next within, and that is said`, () => {
      for (const [said, used] of [
        [String(Math.ceil(range[0]) - 5), range[0]],
        [String(range[1] + 5), range[1]],
      ] as const) {
        const { settings, notices } = readAddress(`?${name}=${said}`, '')
        expect(settings[name]).toBe(used)
        expect(notices).toEqual([{ kind: 'clamped', name, value: said, used: String(used) }])
      }
    })
}

test('a lesson has a path, for hosts that drop what stands behind the ?', () => {
  const at = (path: string, search = '', hash = '', framed = false) =>
    readAddress(search, hash, known, path, framed).settings
  expect(at('/lab/e/03-snat/zh/')).toEqual({ ...DEFAULTS, lesson: '03-snat', lang: 'zh' })
  expect(at('/e/03-snat/en/rule/index.html')).toEqual({
    ...DEFAULTS,
    lesson: '03-snat',
    lang: 'en',
    step: 'rule',
  })
  expect(at('/e/03-snat')).toEqual({ ...DEFAULTS, lesson: '03-snat' })
  expect(at('/e/03-snat/zh/rule/', '', '#step=share').step).toBe('share')
  expect(at('/e/03-snat/zh/rule/', '?lang=en').lang).toBe('en')
  // Whoever goes on from there to the sandbox is there.
  expect(at('/e/03-snat/zh/rule/', '', '#lab=gateway')).toEqual({ ...DEFAULTS, lab: 'gateway', lang: 'zh' })
})

test('a page that is made for frames has no frame of its own', () => {
  const embedded = (path: string, framed: boolean, search = '') =>
    readAddress(search, '', known, path, framed).settings.embed
  expect(embedded('/lab/embed.html', false)).toBe(true)
  expect(embedded('/e/03-snat/zh/', true)).toBe(true)
  expect(embedded('/e/03-snat/zh/', false)).toBe(false)
  expect(embedded('/lab/embed.html', true, '?embed=0')).toBe(false)
})

test('lines that are to be typed are a parameter each, or a line each', () => {
  const { run } = read('?run=pc1%3A+curl+http%3A%2F%2Fbaidu.com%2F&run=gateway%23+conntrack+-L%0A').settings
  expect(commandsOf(run)).toEqual([
    { on: 'pc1', line: 'curl http://baidu.com/' },
    { on: 'gateway', line: 'conntrack -L' },
  ])
  expect(commandsOf(null)).toEqual([])
})

test('no more lines are typed than the limit says, and none without a host', () => {
  const bad = { kind: 'bad', name: 'run' }
  expect(read(`?${'run=pc1:+ls&'.repeat(32)}`).notices).toEqual([])
  expect(read(`?${'run=pc1:+ls&'.repeat(33)}`).notices).toMatchObject([bad])
  expect(read(`?run=pc1:+${'x'.repeat(1001)}`).notices).toMatchObject([bad])
  expect(read('?run=reboot').notices).toMatchObject([bad])
  expect(read('?draft=pc1:+ls%0Apc1:+ls').notices).toMatchObject([{ kind: 'bad', name: 'draft' }])
})

test('what is typed and shown belongs to what is open: another lab begins without it', () => {
  const { settings } = read('?lab=gateway&run=pc1:+ls&time=3', '#lesson=03-snat')
  expect(settings).toMatchObject({ lesson: '03-snat', run: null, time: null })
})

test('parts are named once each, in any order, by either of two names', () => {
  expect(read('?panes=terminal,road, diagram,terminal').settings.panes).toEqual(['terminal', 'diagram'])
  expect(read('?panes=').notices).toMatchObject([{ kind: 'bad', name: 'panes' }])
  expect(PARTS).toContain(read('?pane=road').settings.pane)
})

test('an origin is one, and nothing that looks like one', () => {
  const origin = (text: string) => read(`?origin=${encodeURIComponent(text)}`).settings.origin
  for (const good of ['https://school.example', 'http://127.0.0.1:8080', 'http://[::1]:3000', 'null'])
    expect(origin(good)).toBe(good)
  for (const bad of ['*', 'https://a.example/', 'https://a.example/x', 'javascript:1', 'https://A.example'])
    expect(origin(bad)).toBe(null)
})

const GUIDE = readFileSync('lessons/EMBEDDING.md', 'utf8')

test('the guide has every parameter with its type, its default and an example', () => {
  const rows = GUIDE.split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  const typeOf = ({ kind, words = [], range }: Parameter): string =>
    kind === 'flag'
      ? '0, 1'
      : kind === 'choice'
        ? words.join(', ')
        : kind === 'list'
          ? `list of ${words.join(', ')}`
          : kind === 'number' && range !== undefined
            ? `${range[0]} to ${range[1]}`
            : kind === 'lines'
              ? '`HOST: LINE`'
              : kind === 'code'
                ? 'code of a link'
                : 'name'
  const defaultOf = (value: Settings[keyof Settings]): string =>
    value === null ? '' : typeof value === 'boolean' ? String(Number(value)) : String(value)
  for (const [name, parameter] of Object.entries(PARAMETERS) as [keyof Settings, Parameter][])
    expect(rows.find((row) => row[1] === `\`${name}\``)).toEqual([
      '',
      `\`${name}\``,
      typeOf(parameter),
      defaultOf(DEFAULTS[name]),
      `\`${name}=${parameter.example}\``,
      parameters.en.what[name],
      '',
    ])
})
