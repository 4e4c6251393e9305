/**
 * ip, sysctl, conntrack, ping and curl against what the real ones printed (record-programs.ts): stdout, stderr and status
 * of every line, byte for byte where nothing is drawn at random or measured.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bootLab } from '../../src/lab/lab.ts'
import { settled, SPEC, type } from './program-lab.ts'
import { scenes, type RecordedLine } from './program-scenes.ts'

/** Lines where the lab says less than the real program, or says it in its own words. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'conntrack -I': 'creating entries is left out',
}

function recordedIn(file: string): RecordedLine[] {
  return JSON.parse(readFileSync(new URL(`../recorded/${file}`, import.meta.url), 'utf8')) as RecordedLine[]
}

const recorded = recordedIn('programs.json')

test('what was recorded is what the scenes say', () => {
  expect(recorded.map(({ scene, host, line }) => `${scene}: ${host}$ ${line}`)).toEqual(
    scenes().flatMap(({ name, lines }) => lines.map(({ host, line }) => `${name}: ${host}$ ${line}`)),
  )
})

/**
 * Lines of the recording of 2018's programs that say what their kernel was, which was 6.18 too: 4.15 has other sysctls,
 * takes other values, and Ubuntu's has no /proc/net/nf_conntrack.
 */
const OF_THE_KERNEL = [
  /nf_conntrack_acct *= *[79]/,
  /a\.conf b\.conf/,
  /nf_conntrack_max=1024/,
  /^sysctl -a .*nf_conntrack_tcp/,
  /^cat \/proc\/net/,
]

const VERSIONS = [
  { year: 'today', period: 'modern', lines: recorded },
  { year: '2018', period: 'article', lines: recordedIn('programs.2018.json') },
] as const

describe.each(
  VERSIONS.flatMap(({ lines, ...version }) =>
    [...new Set(lines.map((one) => one.scene))].map((name) => ({
      ...version,
      name,
      lines: lines.filter((one) => one.scene === name),
    })),
  ),
)('as recorded, programs of $year: $name', ({ period, lines }) => {
  const lab = bootLab({ ...SPEC, period }, 7)
  test.each(lines.map((one) => [`${one.host}$ ${one.line}`, one] as const))('%s', (_, real) => {
    const { host: name, line } = real
    const ours = type(lab, name, line)
    if (line in DIFFERENT || (period === 'article' && OF_THE_KERNEL.some((own) => own.test(line)))) return
    const shown = {
      stdout: settled(line, ours.stdout),
      stderr: settled(line, ours.stderr),
      status: ours.status,
    }
    expect(shown).toEqual({
      stdout: settled(line, real.stdout),
      stderr: settled(line, real.stderr),
      status: real.status,
    })
  })
})
