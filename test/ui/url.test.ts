import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULTS, readAddress, VIEWS, writeAddress } from '../../src/ui/url.ts'

const known = { lessons: ['03-snat'], labs: ['gateway'] }
const read = (search: string, hash = '') => readAddress(search, hash, known)

test('an empty address is the defaults, without a notice', () => {
  expect(read('')).toEqual({ settings: DEFAULTS, notices: [] })
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
  const hash = writeAddress({ ...DEFAULTS, lab: 'gateway' }, search)
  expect(hash).toBe('#lab=gateway&period=modern&speed=1')
  expect(readAddress(search, hash)).toEqual({ settings: { ...DEFAULTS, lab: 'gateway' }, notices: [] })
  expect(writeAddress({ ...DEFAULTS, lab: 'gateway', period: 'article', speed: 2 }, search)).toBe(
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
  expect(read('', '#?secret=abc123')).toEqual({ settings: DEFAULTS, notices: [] })
  expect(read('', '#?secret=x&lesson=03-snat').settings.lesson).toBe('03-snat')
})

test('languages are known by their usual tags', () => {
  for (const tag of ['zh', 'zh-CN', 'zh-Hans']) expect(read(`?lang=${tag}`).settings.lang).toBe('zh')
})

test('an address that is too long is not read', () => {
  expect(read(`?lab=${'x'.repeat(9000)}`)).toEqual({ settings: DEFAULTS, notices: [{ kind: 'long' }] })
})

test('long values are named in short', () => {
  const [notice] = read(`?lab=${'x'.repeat(500)}`).notices
  expect('value' in notice ? notice.value.length : 0).toBeLessThan(50)
})

test('what is written is read as the same', () => {
  const settings = fc.record({
    page: fc.constantFrom(null, 'model' as const),
    lesson: fc.constantFrom(null, '03-snat'),
    step: fc.constantFrom(null, 'rule'),
    lab: fc.constant(null),
    period: fc.constant('modern' as const),
    take: fc.constantFrom(null, 'Q9RSqlEMHk3oR-2buJuW71mvQg4'),
    seed: fc.nat({ max: 0xffffffff }),
    host: fc.constantFrom(null, 'pc1', 'gateway'),
    lang: fc.constantFrom(null, 'en' as const, 'zh' as const),
    theme: fc.constantFrom(null, 'auto' as const, 'light' as const, 'dark' as const),
    embed: fc.boolean(),
    speed: fc.constantFrom(0.001, 0.25, 1, 2, 100),
    view: fc.constantFrom(...VIEWS),
    inspect: fc.boolean(),
  })
  fc.assert(
    fc.property(settings, (s) => {
      expect(readAddress('', writeAddress(s), known)).toEqual({ settings: s, notices: [] })
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
