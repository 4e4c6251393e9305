import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import '../../../src/lab/lab.ts'
import { capture, type Capture } from '../../../src/lab/take/capture.ts'
import { PATIENCE } from '../../properties/runs.ts'
import { page } from './page.ts'

vi.setConfig({ testTimeout: PATIENCE })

function talked() {
  const p = page()
  p.ask({ type: 'open', lab: 'gateway', seed: 7 })
  p.type('gateway', 'sysctl -w net.ipv4.ip_forward=1')
  p.type('gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE')
  p.type('gateway', 'iptables -A FORWARD -p tcp --dport 81 -j DROP')
  p.type('pc1', 'curl -s http://baidu.com/')
  p.type('pc1', 'ping -c 1 -s 4000 baidu.com')
  p.type('pc2', 'echo hello | nc -u -w 1 baidu.com 5000')
  p.type('pc3', 'curl -s -m 2 http://baidu.com:81/')
  return p
}

/** Blocks of a capture file: types and bodies. */
function blocks(b: Uint8Array) {
  const view = new DataView(b.buffer, b.byteOffset, b.length)
  const out: { type: number; body: DataView }[] = []
  for (let at = 0; at < b.length;) {
    const length = view.getUint32(at + 4, true)
    expect(length % 4).toBe(0)
    expect(view.getUint32(at + length - 4, true)).toBe(length)
    out.push({
      type: view.getUint32(at, true),
      body: new DataView(b.buffer, b.byteOffset + at + 8, length - 12),
    })
    at += length
  }
  return out
}

describe('a capture file', () => {
  test('has a section, an interface for each device, and a block for each frame in the order of time', () => {
    const p = talked()
    const one = p.use('pcap', ['gateway:eth1']) as Capture
    const found = blocks(one.bytes)
    expect(found.map((b) => b.type).slice(0, 3)).toEqual([0x0a0d0d0a, 1, 6])
    expect(found.length).toBe(one.frames + 2)
    const times = found
      .slice(2)
      .map(({ body }) => body.getUint32(4, true) * 2 ** 32 + body.getUint32(8, true))
    expect([...times].sort((a, b) => a - b)).toEqual(times)
    const all = p.use('pcap', []) as Capture
    expect(all.frames).toBeGreaterThan(one.frames)
    expect(all.since).toBe(0)
  })
})

const tshark = spawnSync('tshark', ['--version']).status === 0

describe.skipIf(!tshark)('tshark', () => {
  const CHECKS = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`])
  const read = (bytes: Uint8Array, ...args: string[]): string => {
    const dir = mkdtempSync(join(tmpdir(), 'capture-'))
    try {
      const file = join(dir, 'a.pcapng')
      writeFileSync(file, bytes)
      return execFileSync('tshark', ['-n', '-r', file, ...CHECKS, ...args], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
    } finally {
      rmSync(dir, { recursive: true })
    }
  }

  test('reads every frame without a complaint, all checksums are right', () => {
    const { bytes, frames } = talked().use('pcap', []) as Capture
    const lines = read(bytes).trim().split('\n')
    expect(lines.length).toBe(frames)
    const bad =
      '_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 || icmp.checksum.status == 0 || _ws.expert.severity >= 6291456'
    const told = read(bytes, '-Y', bad, '-T', 'fields', '-e', 'frame.number', '-e', '_ws.expert.message')
    expect(told).toBe('')
  })

  test('shows names of interfaces, times and comments', () => {
    const { bytes } = talked().use('pcap', ['gateway:eth0', 'gateway:eth1']) as Capture
    const fields = [
      'frame.interface_name',
      'frame.time_epoch',
      'frame.packet_flags_direction',
      'frame.comment',
    ]
    const told = read(bytes, '-T', 'fields', ...fields.flatMap((f) => ['-e', f]), '-Y', 'tcp.flags.syn == 1')
    const lines = told.trim().split('\n')
    expect(lines[0]).toMatch(/^gateway:eth0\t17953920\d\d\.\d{6}/)
    expect(lines[1]).toMatch(/^gateway:eth1\t/)
    expect(told).toContain('nat POSTROUTING rule 1: -s 192.168.0.0/16 -j MASQUERADE')
    expect(told).toMatch(/nat SRC in POSTROUTING, original: 192\.168\.0\.2:\d+ -> 100\.100\.100\.100:\d+/)
    expect(told).toContain('filter FORWARD rule 1: -p tcp -m tcp --dport 81 -j DROP')
    expect(told).toContain('dropped: NETFILTER_DROP')
  })
})

test('a frame that goes by a bridge is seen at the bridge and at its port, in both directions', () => {
  const p = page()
  p.ask({ type: 'open', lab: 'docker', seed: 1 })
  p.type('vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
  p.type('vm2', 'curl -s -o /dev/null http://192.168.0.30:8080/')
  const run = p.session.run()
  const port = run.lab.state.hosts.flatMap((h) => h.net.devs).find((d) => d.master !== 0)?.name ?? ''
  const [inside, at, behind] = ['container:eth0', `vm1:${port}`, 'vm1:docker0'].map(
    (dev) => capture(run, [dev]).frames,
  )
  expect(inside).toBeGreaterThan(8)
  expect([at, behind]).toEqual([inside, inside])
})
