/**
 * tcpdump's lines against what the real one printed of the same frames (test/recorded/tcpdump.json): TCP with its options,
 * HTTP, UDP, ICMP and its errors, ARP, fragments; and its filter expressions.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { matchFilter, parseFilter } from '../../src/userspace/tcpdump/filter.ts'
import { u16, u32, type Frame } from '../../src/userspace/tcpdump/frame.ts'
import { parseCommand, printFrame } from '../../src/userspace/tcpdump/tcpdump.ts'

interface Recorded {
  frames: [time: number, hex: string][]
  runs: { args: string[]; out: string; err: string; rc: number }[]
}

const recorded = JSON.parse(
  readFileSync(new URL('../recorded/tcpdump.json', import.meta.url), 'utf8'),
) as Recorded

function frameOf([time, hex]: [number, string]): Frame {
  const b = Uint8Array.from(hex.match(/../g) ?? [], (x) => Number.parseInt(x, 16))
  const mac = (at: number): number => u16(b, at) * 2 ** 32 + u32(b, at + 2)
  return {
    time,
    dev: 'eth0',
    ifindex: 2,
    out: false,
    type: 'host',
    dmac: mac(0),
    smac: mac(6),
    ethertype: u16(b, 12),
    bytes: b.subarray(14),
  }
}

const frames = recorded.frames.map(frameOf)

/** What our tcpdump prints of the recorded frames. */
function run(args: readonly string[]): { out: string; err: string; rc: number } {
  const parsed = parseCommand(['tcpdump', ...args], 'eth0')
  if (!('state' in parsed)) return { out: parsed.stdout ?? '', err: parsed.stderr ?? '', rc: parsed.status }
  const s = parsed.state
  let out = ''
  try {
    const filter = s.expression === '' ? null : parseFilter(s.expression, () => null)
    for (const f of frames) {
      if (filter && !matchFilter(filter, f, 14)) continue
      out += printFrame(s, f)
      if (s.captured === s.count) break
    }
  } catch (error) {
    return { out, err: `tcpdump: ${(error as Error).message}\n`, rc: 1 }
  }
  return { out, err: '', rc: 0 }
}

describe('tcpdump prints of these frames what the real one printed', () => {
  test.each(recorded.runs.map((r) => [r.args.join(' '), r] as const))('tcpdump %s', (_, real) => {
    const ours = run(real.args)
    expect(ours.out).toBe(real.out)
    expect({ err: ours.err, rc: ours.rc }).toEqual({ err: real.err, rc: real.rc })
  })
})
