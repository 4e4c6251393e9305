/** What is put together in the form is a command that sends just that. */
import { expect, test, vi } from 'vitest'
import { page } from '../lab/take/page.ts'
import { BLANK, craftLine, loadLine, preset, PRESET_KEYS, wrong, type Craft } from '../../src/ui/craft.ts'
import { PATIENCE } from '../properties/runs.ts'

vi.setConfig({ testTimeout: PATIENCE })

const SERVER = '123.125.115.110'
const made = (part: Partial<Craft>): Craft => ({ ...BLANK, to: SERVER, ...part })

test.each<[Partial<Craft>, string]>([
  [{ protocol: 'icmp', count: 3, ttl: '5' }, `ping -c 3 -t 5 ${SERVER}`],
  [{ protocol: 'icmp', source: '10.0.0.9', payload: 'abc' }, `hping3 -1 -a 10.0.0.9 -d 3 -c 1 ${SERVER}`],
  [{ protocol: 'udp', payload: "it's", dport: '53' }, `echo 'it'\\''s' | nc -u -w 2 ${SERVER} 53`],
  [{ protocol: 'udp', sport: '99', ttl: '1' }, `hping3 -2 -s 99 -k -p 80 -t 1 -c 1 ${SERVER}`],
  [{ payload: 'GET /100%\\r\\n' }, `printf 'GET /100%%\\r\\n' | nc -w 2 ${SERVER} 80`],
  [{ payload: 'hi', sport: '1234' }, `echo 'hi' | nc -w 2 -p 1234 ${SERVER} 80`],
  [{ count: 2 }, `for i in $(seq 2); do nc -z -w 2 ${SERVER} 80; done`],
  [{ flags: ['A', 'S'], sport: '7', ttl: '9' }, `hping3 -S -A -s 7 -k -p 80 -t 9 -c 1 ${SERVER}`],
  [{ flags: ['S'], count: 500 }, `hping3 -S -p 80 -q -i u1000 -c 500 ${SERVER}`],
])('%j is %s', (part, line) => {
  expect(craftLine(made(part))).toBe(line)
})

test('what cannot be sent is named by its field', () => {
  expect(wrong(made({}))).toEqual([])
  expect(wrong(made({ to: 'a b', dport: '0', sport: 'x', ttl: '256', count: 0, source: 'me' }))).toEqual([
    'to',
    'source',
    'sport',
    'dport',
    'ttl',
    'count',
  ])
  expect(wrong(made({ to: '$(reboot)' }))).toEqual(['to'])
})

test('every preset sends something that the gateway sees', () => {
  for (const key of PRESET_KEYS) {
    const p = page()
    p.ask({ type: 'open', lab: 'pool', seed: 1 })
    p.type('pc1', craftLine(preset(key, SERVER)))
    expect(
      p.trace().some((e) => e.includes('"type":"rcv"') && e.includes('"host":"gateway"')),
      key,
    ).toBe(true)
    expect(p.output().filter((c) => c.stream === 'stderr' && /usage|nvalid|not found/.test(c.text))).toEqual(
      [],
    )
    if (key === 'hello') expect(JSON.stringify(p.output())).toContain('HTTP/1.1 200 OK')
  }
})

test('flags, ports and TTL come out as they were asked for', () => {
  const p = page()
  p.ask({ type: 'open', lab: 'pool', seed: 1 })
  p.type('pc1', craftLine(made({ flags: ['F', 'P', 'U'], sport: '1234', dport: '8080', ttl: '33' })))
  const sent = p.trace().find((e) => e.includes('"type":"xmit"') && e.includes('"host":"pc1"'))
  const { header } = JSON.parse(sent ?? '{}') as { header: Record<string, number> }
  expect(header).toMatchObject({ sport: 1234, dport: 8080, ttl: 33, flags: 0x29 })
})

test('a load is kept within its bounds', () => {
  const load = { kind: 'ab', to: 'x', port: '80', total: 100, together: 500, keep: false } as const
  expect(loadLine(load)).toBe('ab -c 100 -n 100 -r -s 2 http://x/ &')
  expect(loadLine({ ...load, port: '8080', total: 1e9, together: 0 })).toBe(
    'ab -c 1 -n 1000000 -r -s 2 http://x:8080/ &',
  )
  expect(loadLine({ ...load, keep: true })).toBe('ab -c 100 -n 100 -k -r -s 2 http://x/ &')
  expect(loadLine({ ...load, kind: 'flood' })).toBe('hping3 -q -S --rand-source -i u1000 -c 100 -p 80 x &')
})
