import { expect, test } from 'vitest'
import type { Saved } from '../../../src/lab/take/index.ts'
import { page } from './page.ts'

function played() {
  const p = page()
  p.ask({ type: 'open', lab: 'gateway', seed: 7 })
  p.type('gateway', 'sysctl -w net.ipv4.ip_forward=1')
  p.type('pc1', 'ping -c 2 baidu.com')
  return p
}
const mark = (name: string, run: number, position: number) => ({ name, run, position, time: position * 10 })

test('moments that have a name come with the file and with the link', () => {
  const here = played()
  const { run } = here.now()
  expect(here.use('bookmarks', null)).toEqual([])
  const marks = [mark('the first ping', run, 12), mark('after it', run, 30)]
  expect(here.use('bookmarks', marks)).toEqual(marks)
  const saved = here.use('save', 'history') as Saved
  for (const text of [saved.json, saved.link]) {
    const there = page()
    expect(there.use('load', text)).toEqual([])
    const shown = there.now().run
    expect(there.use('bookmarks', null)).toEqual(marks.map((m) => ({ ...m, run: shown })))
  }
})

test('a run that was forked off has those of its past, and not those of the other future', () => {
  const here = played()
  const first = here.now().run
  here.ask({ type: 'seek', position: 20 })
  here.ask({ type: 'fork' })
  const second = here.now().run
  here.type('pc2', 'ping -c 1 baidu.com')
  here.use('bookmarks', [mark('before', first, 12), mark('other', first, 30), mark('own', second, 30)])
  const there = page()
  there.use('load', (here.use('save', 'history') as Saved).json)
  expect((there.use('bookmarks', null) as { name: string }[]).map((m) => m.name)).toEqual(['before', 'own'])
})

test('another lab begins without any', () => {
  const here = played()
  here.use('bookmarks', [mark('here', here.now().run, 12)])
  here.ask({ type: 'open', lab: 'gateway', seed: 7 })
  expect(here.use('bookmarks', null)).toEqual([])
})

test('what is no list of bookmarks is refused, and nothing is lost', () => {
  const here = played()
  const marks = [mark('here', here.now().run, 12)]
  here.use('bookmarks', marks)
  expect(() => here.use('bookmarks', [{ name: 7 }])).toThrow()
  expect(here.use('bookmarks', null)).toEqual(marks)
})
