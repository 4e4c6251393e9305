/**
 * Records what the real bash and its programs print for the lines of shell-lines.txt, into test/recorded/shell.json. Run on
 * a Debian 12, where awk is mawk:
 *
 *     node --import ./scripts/typescript.mjs test/userspace/record-shell.ts [--all]
 *
 * Without --all only lines that are new are run.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FILES } from './shell-files.ts'

interface Recorded {
  line: string
  stdout: string
  stderr: string
  status: number
}

const lines = readFileSync(new URL('shell-lines.txt', import.meta.url), 'utf8')
  .replaceAll('\n\t', '\0')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '))
  .map((line) => line.replaceAll('\0', '\n'))

const file = new URL('../recorded/shell.json', import.meta.url)
const kept = process.argv.includes('--all') ? [] : (JSON.parse(readFileSync(file, 'utf8')) as Recorded[])
const known = new Map(kept.map((one) => [one.line, one]))

const recorded = lines.map((line): Recorded => {
  const before = known.get(line)
  if (before) return before

  const dir = mkdtempSync(join(tmpdir(), 'shell-'))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  const { stdout, stderr, status } = spawnSync('bash', ['-c', line], {
    cwd: dir,
    encoding: 'utf8',
    timeout: 10_000,
    input: '',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C.UTF-8' },
  })
  rmSync(dir, { recursive: true })
  if (status === null) throw new Error(`did not end: ${line}`)
  return { line, stdout, stderr: stderr.replaceAll(dir, '.'), status }
})

writeFileSync(file, `[\n${recorded.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`)
console.log(`${recorded.length} lines recorded`)
