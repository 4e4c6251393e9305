/**
 * Put every .t line to the real iptables (legacy) in a network namespace of its own, and compare with the simulator: exit
 * status, both outputs, the rule as saved and as listed. Needs root and Linux.
 *
 * Arguments are names of files, without `.t`; none means all. `IPTABLES` is the program; `PERIOD=article` compares 1.6.1.
 *
 *     node --import ./scripts/typescript.mjs test/xtables/judge.ts
 */
import { spawnSync } from 'node:child_process'
import '../../src/kernel/article.ts'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { nfct } from '../../src/userspace/conntrack/nfct.ts'
import { ipset } from '../../src/userspace/ipset/ipset.ts'
import { fakeKernel, prepare, run, words, type Ran } from './kit.ts'
import { files, read } from './lines.ts'

const NS = `xt-judge-${process.pid}`
const PROGRAM = process.env['IPTABLES'] ?? 'iptables-legacy'
const PERIOD = process.env['PERIOD'] === 'article' ? 'article' : 'modern'

function real(args: string[]): Ran {
  const env = { ...process.env, XTABLES_LOCKFILE: `/tmp/${NS}.lock` }
  const r = spawnSync('ip', ['netns', 'exec', NS, PROGRAM, ...args], { encoding: 'utf8', env })
  return {
    stdout: r.stdout,
    stderr: listing(args) ? r.stderr.replace(NO_LABELS, '') : r.stderr,
    rc: r.status ?? -1,
  }
}

/** What each listing of a connlabel rule begins with where labels have no names. */
const NO_LABELS = /^Warning: cannot open \/etc\/xtables\/connlabel.conf: .*\n/gm
const listing = (args: string[]): boolean => args.includes('-S') || args.includes('-L')

let asked = 0
let wrong = 0

function same(what: string, ours: unknown, theirs: unknown): boolean {
  asked++
  const a = JSON.stringify(ours)
  const b = JSON.stringify(theirs)
  if (a === b) return true
  wrong++
  console.log(`${what}\n  ours   ${a}\n  theirs ${b}`)
  return false
}

spawnSync('ip', ['netns', 'add', NS])
try {
  const only = process.argv.slice(2)
  for (const file of files().filter((f) => only.length === 0 || only.includes(f.replace(/\.t$/, '')))) {
    const lines = read(file)
    for (const [program, ...args] of (lines[0]?.setup ?? []).map(words)) {
      if (program === 'iptables') real(args)
      else spawnSync('ip', ['netns', 'exec', NS, program, ...args])
    }
    for (const line of lines) {
      for (const chain of line.chains) {
        const k = fakeKernel(PERIOD)
        prepare(k, [ipset, iptables, nfct], line.setup)
        const mine = (args: string[]): Ran => run(k, iptables, ['iptables', ...args])
        const where = `${file}:${line.number} ${chain} ${line.rule}`
        const t = ['-t', line.table]
        const add = [...t, '-A', chain, ...words(line.rule)]
        const theirs = real(add)
        same(where, mine(add), theirs)
        same(`${where} (result)`, line.expected !== null, theirs.rc === 0)
        if (theirs.rc !== 0) continue
        for (const list of [
          ['-S', chain],
          ['-L', chain, '-nv'],
          ['-L', chain],
        ])
          same(`${where} ${list.join(' ')}`, mine([...t, ...list]), real([...t, ...list]))
        const saved = real([...t, '-S', chain]).stdout.split('\n')[1]
        same(`${where} (saved)`, `-A ${chain}${line.expected ? ` ${line.expected}` : ''}`, saved)
        const again = [...t, '-C', ...words(saved).slice(1)]
        same(`${where} (found again)`, mine(again), real(again))
        real([...t, '-F', chain])
      }
    }
  }
} finally {
  spawnSync('ip', ['netns', 'del', NS])
}
console.log(`${asked} answers compared, ${wrong} differ`)
process.exit(wrong === 0 ? 0 : 1)
