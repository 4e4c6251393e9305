import { expect, test } from 'vitest'
import { ipBytes } from '../../src/wire/frame.ts'
import { journeyOf } from '../../src/ui/views/journey.ts'
import { layersOf, type Layer } from '../../src/ui/views/layers.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'

const page = new Page(
  FORWARD,
  SNAT,
  ['pc1', 'curl http://baidu.com/'],
  ['pc1', 'ping -c 1 -t 1 100.100.100.200'],
)
const serials = [...new Set(page.past.map((e) => e.skb))].filter((s) => s !== 0)
const steps = serials.flatMap((s) => journeyOf(page.past, s).visits.flatMap((v) => v.steps))

const changed = (layers: Layer[]): string[] =>
  layers.flatMap((l) => l.rows.filter((r) => r.changed).map((r) => `${l.id} ${r.id}`))

test('SNAT changes the source and, with it, the checksum of the header; nothing else', () => {
  const step = steps.find((s) => s.station === 'POST_ROUTING.nat' && s.rewritten)
  if (!step) throw new Error('nothing was rewritten')
  const layers = layersOf(step.before, step.header)
  expect(layers.map((l) => l.id)).toEqual(['eth', 'ip', 'tcp', 'skb'])
  expect(changed(layers)).toEqual(['ip checksum', 'ip src'])
  expect(layers[1].rows.find((r) => r.id === 'src')).toEqual({
    id: 'src',
    before: '192.168.0.2',
    after: '100.100.100.100',
    changed: true,
  })
})

test('what leaves has other cards in its frame than what came in', () => {
  const visit = journeyOf(page.past, serials[0]).visits.find((v) => v.host === 'gateway')
  const left = visit?.steps.find((s) => s.kind === 'xmit')
  expect(left && changed(layersOf(left.before, left.header))).toEqual(['eth dmac', 'eth smac'])
})

test('a packet that has not left its host has no frame yet', () => {
  const made = steps.find((s) => s.kind === 'make')
  expect(made && layersOf(null, made.header).map((l) => l.id)).not.toContain('eth')
})

test('the checksum is that of the bytes on the wire', () => {
  for (const { header } of steps.slice(0, 200)) {
    const bytes = ipBytes(header, '')
    const sum = `0x${((bytes[10] << 8) | bytes[11]).toString(16).padStart(4, '0')}`
    const ip = layersOf(null, header).find((l) => l.id === 'ip')
    expect(ip?.rows.find((r) => r.id === 'checksum')?.after).toBe(sum)
  }
})

test('an ICMP error shows the packet that it quotes, and that NAT turns the quoted one back, too', () => {
  const error = steps.find((s) => s.header.inner !== null && s.header.type === 11)
  if (!error) throw new Error('nobody has told that the time was exceeded')
  const layers = layersOf(null, error.header)
  expect(layers.map((l) => `${l.inner ? 'quoted ' : ''}${l.id}`)).toEqual(
    expect.arrayContaining(['ip', 'icmp', 'quoted ip', 'quoted icmp', 'skb']),
  )
  const quoted = layers.find((l) => l.inner && l.id === 'ip')
  expect(quoted?.rows.find((r) => r.id === 'dst')?.after).toBe('100.100.100.200')
  // Nothing is compared: nothing has changed.
  expect(changed(layers)).toEqual([])
})
