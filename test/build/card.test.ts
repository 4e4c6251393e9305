import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { INERT } from '../../build/card/features/extensions.ts'
import { makeCard } from '../../build/card/make.ts'
import { docstringsOf, list, read } from '../../build/card/source.ts'
import { rulesOf } from '../../build/card/words.ts'
import { MATCHES, TARGETS } from '../../src/kernel/xtables/modules.ts'
import { CONF_SYSCTLS, SYSCTLS } from '../../src/kernel/sysctl.ts'
import { modelText } from '../../src/ui/text/model.ts'
import { leftOut } from '../../src/ui/text/zh/left-out.ts'

const card = makeCard()
const features = card.sections.flatMap((section) => section.features)
const ids = new Set(features.map((one) => one.id))

/**
 * Nothing that was recorded would notice if these were different, and no test of ours holds them. The card says so; who
 * records something that holds one takes it off this list.
 */
const HELD_BY_NOTHING: readonly string[] = [
  // Two packets of a flow at once: there is one processor here, and the recordings send one packet after the other.
  'ct.clash_resolve',
  'stat.clash_resolve',
]
/** Programs and sysctls are there by the dozen; each of these says for itself whether anything holds it. */
const MAY_BE_HELD_BY_NOTHING = /^(program|sysctl)\./
/** Their words are in src/ui/text/periods.ts. */
const NAMED_ELSEWHERE = /^(program|sysctl|period)\./

test('every match, target and sysctl that is registered is on the card', () => {
  for (const name of MATCHES.keys()) expect(ids, name).toContain(`match.${name}`)
  for (const name of TARGETS.keys()) expect(ids, name).toContain(`target.${name}`)
  for (const { name } of SYSCTLS) expect(ids, name).toContain(`sysctl.${name}`)
  for (const { name } of CONF_SYSCTLS) expect(ids, name).toContain(`sysctl.net.ipv4.conf.*.${name}`)
})

test('no feature is there twice', () => {
  expect(ids.size).toBe(features.length)
})

test('every feature is held by a scenario, by lines or by tests, or is known to be held by nothing', () => {
  const nothing = features
    .filter((one) => one.scenarios.length + one.lines + one.commands + one.tests.length === 0)
    .map((one) => one.id)
    .filter((id) => !MAY_BE_HELD_BY_NOTHING.test(id) && !HELD_BY_NOTHING.includes(id))
  expect(nothing).toEqual([])
})

test('every file that the card names is there, and every extension has one and its place in Linux', () => {
  for (const { id, model, tests } of features) {
    for (const file of model) expect(existsSync(`src/${file}`), `${id}: ${file}`).toBe(true)
    for (const file of tests) expect(existsSync(file), `${id}: ${file}`).toBe(true)
  }
  const unplaced = features.filter(
    (one) => /^(match|target)\./.test(one.id) && (one.model.length === 0 || one.linux === ''),
  )
  expect(unplaced.map((one) => one.id)).toEqual([])
})

test('the card counts every recording, and each scenario holds something', () => {
  expect(card.scenarios.map((one) => `test/recorded/scenarios/${one.name}.json`)).toEqual(
    list('test/recorded/scenarios', '.json'),
  )
  const used = new Set(features.flatMap((one) => one.scenarios))
  expect(card.scenarios.filter((_, i) => !used.has(i))).toEqual([])
  expect(card.linux).toMatch(/^6\.18\.\d+$/)
})

test('sysctls without effect are named nowhere else in the engine', () => {
  const engine = ['src/kernel', 'src/lab', 'src/userspace']
    .flatMap((folder) => list(folder, '.ts'))
    .filter((file) => !/\/(sysctl|article)\.ts$/.test(file))
    .map(read)
    .join('\n')
  for (const { name } of SYSCTLS.filter((one) => INERT.test(one.name))) {
    const short =
      name
        .split('.')
        .at(-1)
        ?.replace(/^nf_conntrack_|^bridge-nf-/, '') ?? name
    expect(engine.includes(short), name).toBe(false)
  }
})

test('what the source says is left out is on the card', () => {
  const sources = ['src/kernel', 'src/userspace', 'src/wire'].flatMap((folder) => list(folder, '.ts'))
  const said = sources.flatMap((file) =>
    docstringsOf(read(file))
      .filter((doc) => doc.leftOut !== '')
      .map((doc) => `${file.slice(4)}: ${doc.leftOut}`),
  )
  const shown = card.sections.flatMap((section) => section.leftOut.map((one) => `${one.file}: ${one.text}`))
  expect(shown.sort()).toEqual([...new Set(said)].sort())
})

test('what is left out is said in Chinese, too, and nothing is translated that nobody says', () => {
  const said = card.sections.flatMap((section) => section.leftOut.map((one) => one.text))
  expect(Object.keys(leftOut).sort()).toEqual([...new Set(said)].sort())
})

test('every section and feature has its name in src/ui/text, and no name is for nothing', () => {
  for (const t of Object.values(modelText)) {
    expect(Object.keys(t.sections).sort()).toEqual(card.sections.map((one) => one.id).sort())
    const named = features.map((one) => one.id).filter((id) => !NAMED_ELSEWHERE.test(id))
    expect(Object.keys({ ...t.features, ...t.extensions }).sort()).toEqual(named.sort())
  }
})

test('a docstring says where in Linux and what is left out, wherever the labels stand', () => {
  const [head, one] = docstringsOf(
    '/**\n * A thing.\n *\n * Linux: net/a.c f, g;\n * b.c h\n * Left out: x, y (z)\n */\nimport a\n' +
      '/** Two. Linux: net/c.c i; iptables: c.c. Left out: --w */\nexport const two = 2\n',
  )
  expect(head).toEqual({ name: '', linux: 'net/a.c f, g; b.c h', leftOut: 'x, y (z)' })
  expect(one).toEqual({ name: 'two', linux: 'net/c.c i', leftOut: '--w' })
})

test('rules are found in lines of a shell, too', () => {
  const [a, b] = rulesOf(
    'for p in 1 2; do iptables -t nat -A POSTROUTING -p tcp --dport $p -m comment --comment "a b" -j SNAT --to-source 1.2.3.4; done; iptables -I X -g Y',
  )
  expect([a.table, a.chain, a.target, [...a.matches]]).toEqual([
    'nat',
    'POSTROUTING',
    'SNAT',
    ['comment', 'tcp'],
  ])
  expect([b.table, b.chain, b.target]).toEqual(['filter', 'X', 'Y'])
})
