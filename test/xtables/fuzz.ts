/**
 * Random command lines, put to the real iptables (legacy) and to the simulator: both must say the same, and leave the
 * same tables behind. Needs root and Linux. The arguments are how many lines, and the seed.
 *
 *     node --import ./scripts/typescript.mjs test/xtables/fuzz.ts 2000 1
 */
import { spawnSync } from 'node:child_process'
import { iptables, iptablesSave } from '../../src/userspace/iptables/index.ts'
import { ipset } from '../../src/userspace/ipset/ipset.ts'
import { undated } from '../userspace/iptables/lines.ts'
import { fakeKernel, run, words, type Ran } from './kit.ts'
import { files, read } from './lines.ts'

const NS = `xt-fuzz-${process.pid}`
const LINES = Number(process.argv[2] ?? 1000)
let seed = Number(process.argv[3] ?? 1)

function random(n: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * n)
}

function pick<T>(list: readonly T[]): T {
  return list[random(list.length)]
}

const CHAINS = ['INPUT', 'FORWARD', 'OUTPUT', 'PREROUTING', 'POSTROUTING', 'A', 'B', 'NOPE', '-x', '']
const TABLES = ['filter', 'filter', 'nat', 'nat', 'mangle', 'raw']
const LINES_OF_FILES = files().flatMap(read)
const RULES = LINES_OF_FILES.map((l) => words(l.rule))
const SETS = [...new Set(LINES_OF_FILES.flatMap((l) => l.setup))].map(words)
const JUMPS = [['-j', 'A'], ['-j', 'B'], ['-g', 'A'], ['-j', 'ACCEPT'], ['-j', 'RETURN'], ['-j', 'INPUT'], []]
const ODD = [
  '!',
  '-v',
  '-n',
  '-x',
  '--',
  'stray',
  '-c',
  '5',
  '-f',
  '-p',
  'tcp',
  '-m',
  '--line-numbers',
  '-w',
  '',
]

function rule(): string[] {
  const words = [...pick(RULES)]
  if (random(3) === 0) words.push(...pick(RULES))
  if (random(2) === 0) words.push(...pick(JUMPS))
  if (random(6) === 0) words.splice(random(words.length + 1), 0, pick(ODD))
  if (random(8) === 0) words.splice(random(words.length), 1)
  return words
}

function line(): string[] {
  const chain = pick(CHAINS)
  const number = String(random(5))
  const command = pick([
    () => ['-A', chain, ...rule()],
    () => ['-A', chain, ...rule()],
    () => ['-A', chain, ...rule()],
    () => ['-I', chain, number, ...rule()],
    () => ['-I', chain, ...rule()],
    () => ['-R', chain, number, ...rule()],
    () => ['-D', chain, ...rule()],
    () => ['-C', chain, ...rule()],
    () => ['-D', chain, number],
    () => ['-N', chain],
    () => ['-X', chain],
    () => ['-X'],
    () => ['-F', chain],
    () => ['-Z', chain],
    () => ['-Z', chain, number],
    () => ['-E', chain, pick(CHAINS)],
    () => ['-P', chain, pick(['ACCEPT', 'DROP', 'REJECT'])],
    () => ['-L', chain, '-nv'],
    () => ['-L', '-v', '--line-numbers'],
    () => ['-S', chain, number],
    () => ['-S', '-v'],
    () => ['-L', chain, number, '-n'],
    () => [pick(ODD), '-A', chain, ...rule()],
  ])()
  return ['-t', pick(TABLES), ...command]
}

function real(program: string, args: string[]): Ran {
  const env = { ...process.env, XTABLES_LOCKFILE: `/tmp/${NS}.lock` }
  const r = spawnSync('ip', ['netns', 'exec', NS, program, ...args], { encoding: 'utf8', env })
  return { stdout: undated(r.stdout), stderr: r.stderr, rc: r.status ?? -1 }
}

let wrong = 0
let good = 0
let k = fakeKernel()
for (let i = 0; i < LINES && wrong < 20; i++) {
  if (i % 100 === 0) {
    spawnSync('ip', ['netns', 'del', NS], { stdio: 'ignore' })
    spawnSync('ip', ['netns', 'add', NS])
    k = fakeKernel()
    for (const made of SETS) {
      spawnSync('ip', ['netns', 'exec', NS, 'ipset', ...made])
      run(k, ipset, ['ipset', ...made])
    }
  }
  const args = line()
  const ours = run(k, iptables, ['iptables', ...args])
  const theirs = real('iptables-legacy', args)
  let same = JSON.stringify(ours) === JSON.stringify(theirs)
  if (theirs.rc === 0) good++
  if (same && i % 10 === 9) {
    const mine = { ...run(k, iptablesSave, ['iptables-save', '-c']) }
    mine.stdout = undated(mine.stdout)
    const saved = real('iptables-legacy-save', ['-c'])
    same = JSON.stringify(mine) === JSON.stringify(saved)
  }
  if (same) continue
  wrong++
  console.log(`${JSON.stringify(args)}\n  ours   ${JSON.stringify(ours)}\n  theirs ${JSON.stringify(theirs)}`)
}
spawnSync('ip', ['netns', 'del', NS])
console.log(`${LINES} lines, ${good} of them accepted, ${wrong} differ`)
process.exit(wrong === 0 ? 0 : 1)
