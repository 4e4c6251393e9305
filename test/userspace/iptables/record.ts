/**
 * Run the command lines of lines.txt against the real iptables (legacy), each sequence in a network namespace of its own,
 * and keep what it printed in recorded.json. Needs root and Linux.
 *
 *     node --import ./scripts/typescript.mjs test/userspace/iptables/record.ts [FOLDER FILE]
 *
 * FOLDER is where another version's programs are, FILE what is written then: recorded-1.6.1.json is what the article's
 * iptables said, compiled from its own tag and run on Linux 6.18.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { words } from '../../xtables/kit.ts'
import { here, sequences, undated, type Recorded } from './lines.ts'

const [folder, file = 'recorded.json'] = process.argv.slice(2)
const NS = `xt-record-${process.pid}`
const REAL: Record<string, string> = {
  iptables: 'iptables-legacy',
  'iptables-save': 'iptables-legacy-save',
  'iptables-restore': 'iptables-legacy-restore',
}

const recorded: Recorded[] = []
for (const { title, steps } of sequences()) {
  spawnSync('ip', ['netns', 'add', NS])
  const env = { ...process.env, XTABLES_LOCKFILE: `/tmp/${NS}.lock` }
  const out: Recorded = { title, steps: [] }
  for (const { line, stdin } of steps) {
    const [name, ...args] = words(line)
    const program = folder === undefined ? REAL[name] : join(folder, name)
    const argv = ['netns', 'exec', NS, program, ...args]
    const r = spawnSync('ip', argv, { encoding: 'utf8', input: stdin, env })
    const plain = (text: string): string =>
      undated(text).replaceAll('iptables-legacy', 'iptables').replaceAll(program, name)
    out.steps.push({ line, stdin, stdout: plain(r.stdout), stderr: plain(r.stderr), rc: r.status ?? -1 })
  }
  recorded.push(out)
  spawnSync('ip', ['netns', 'del', NS])
}
writeFileSync(here(file), `${JSON.stringify(recorded, null, 2)}\n`)
