import { expect, test } from 'vitest'
import type { Request } from '../../src/lab/protocol.ts'
import { isRequest, problemOf } from '../../src/lab/request.ts'

const good: Request[] = [
  { type: 'open', lab: 'gateway', seed: 1 },
  { type: 'open', lab: 'gateway', seed: 1, commands: [{ on: 'gw', line: 'true' }], period: 'article' },
  { type: 'exec', host: 'gw', line: 'ls', by: 'lesson' },
  { type: 'interrupt', host: 'gw' },
  { type: 'complete', host: 'gw', line: 'ip', cursor: 2 },
  { type: 'advance', by: { kind: 'hook' } },
  { type: 'advance', by: { kind: 'time', us: 1000, steps: 10 } },
  { type: 'advance', by: { kind: 'quiet', us: 1e12 } },
  { type: 'seek', position: 0, steps: 1 },
  { type: 'fork' },
  { type: 'switch', run: 2 },
  { type: 'check', host: 'gw', line: 'true' },
  { type: 'view', view: { host: 'gw', entries: 1000, bucket: -1 } },
]

test.each(good)('a request is one: %j', (request) => {
  expect(isRequest(request)).toBe(true)
})

test.each([
  ['nothing at all', undefined, 'object'],
  ['a text', 'open', 'object'],
  ['no type', {}, 'type'],
  ['a type of the prototype', { type: 'constructor' }, 'type'],
  ['no lab', { type: 'open', seed: 1 }, 'lab'],
  ['a seed that is no number', { type: 'open', lab: 'a', seed: Number.NaN }, 'seed'],
  [
    'an option that is there and is nothing',
    { type: 'open', lab: 'a', seed: 1, period: undefined },
    'period',
  ],
  ['a period that never was', { type: 'open', lab: 'a', seed: 1, period: 'tertiary' }, 'period'],
  ['a command without a host', { type: 'open', lab: 'a', seed: 1, commands: [{ line: '' }] }, 'commands'],
  [
    'too many commands',
    { type: 'open', lab: 'a', seed: 1, commands: Array(1001).fill({ on: '', line: '' }) },
    'commands',
  ],
  ['a line that is too long', { type: 'exec', host: 'a', line: 'x'.repeat(100_001) }, 'line'],
  ['time that runs backwards', { type: 'advance', by: { kind: 'time', us: -1 } }, 'by'],
  ['an advance of no kind', { type: 'advance', by: {} }, 'by'],
  ['half a position', { type: 'seek', position: 0.5 }, 'position'],
  ['no steps', { type: 'seek', position: 1, steps: 0 }, 'steps'],
  ['too many entries', { type: 'view', view: { host: '', entries: 1001, bucket: -1 } }, 'view'],
])('%s is none, and it is said why', (_, value, field) => {
  expect(isRequest(value)).toBe(false)
  expect(problemOf(value)).toContain(field)
})
