/**
 * tc against what the real one printed (test/recorded/tc.txt): every line with its status, byte for byte but for seconds.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bootLab } from '../../src/lab/lab.ts'
import type { LabSpec } from '../../src/lab/spec.ts'

const SPEC: LabSpec = {
  name: 'tc',
  hosts: [
    {
      name: 'c',
      role: 'client',
      memory: 2 ** 30,
      devs: [{ name: 'e0', addrs: ['192.168.0.2/24'] }],
      routes: [],
      http: [],
    },
    {
      name: 'g',
      role: 'gateway',
      memory: 2 ** 30,
      devs: [
        { name: 'eth0', addrs: ['192.168.0.30/24'] },
        { name: 'veth1', addrs: ['172.17.0.1/16'] },
      ],
      routes: [],
      http: [],
    },
    {
      name: 's',
      role: 'server',
      memory: 2 ** 30,
      devs: [{ name: 'e0', addrs: ['172.17.0.2/16'] }],
      routes: [],
      http: [],
    },
  ],
  links: [
    { ends: ['c:e0', 'g:eth0'], delay: 50 },
    { ends: ['s:e0', 'g:veth1'], delay: 50 },
  ],
  names: {},
}

const recorded = readFileSync(new URL('../recorded/tc.txt', import.meta.url), 'utf8')
const scenes = recorded
  .split(/^## /m)
  .slice(1)
  .map((text) => ({
    name: text.slice(0, text.indexOf('\n')),
    lines: text
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const line = part.slice(0, part.indexOf('\n'))
        const m = /^rc=(\d+)$/m.exec(part)
        return { line: line.trim(), said: part.slice(line.length + 1, m?.index), status: Number(m?.[1]) }
      }),
  }))

/** How long ago: the recording took longer than the lab. */
const settled = (text: string): string => text.replace(/\b(installed|used|firstused) \d+ sec/g, '$1 N sec')

describe.each(scenes)('as recorded: $name', ({ lines }) => {
  const lab = bootLab(SPEC, 1)
  const g = lab.hostIndex('g')
  test.each(lines.map((one, i) => [`${i}: ${one.line}`, one] as const))('%s', (_, { line, said, status }) => {
    const ours = lab.result(g, lab.execCaptured(g, line))
    if (ours === 'running') throw new Error('does not end')
    // What goes to stdout comes first where a line says something on both.
    expect({ said: settled(ours.stdout + ours.stderr), status: ours.status }).toEqual({
      said: settled(said),
      status,
    })
  })
})
