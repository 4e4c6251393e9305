/**
 * Put every .t line to the real iptables (legacy) in a network namespace of its own and keep what it said in
 * test/recorded/extensions.json: its errors and the kernel's, and the rule as -L lists it, with numbers and with names. Needs root and
 * Linux. The kernel's log is the machine's: nobody else must be refused rules meanwhile.
 *
 * Arguments are names of files, without `.t`, whose answers take the place of the old ones; none means all.
 *
 *     node --import ./scripts/typescript.mjs test/xtables/record.ts
 */
import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { words } from './kit.ts'
import { files, read, RECORDED, type Answer } from './lines.ts'

const NS = `xt-record-${process.pid}`
/** The kernel writes ten lines of a kind in five seconds, and no more. */
const BETWEEN_REFUSALS = 550
const OF_TABLES = /^(?:x_tables|xt_|ipt_|No such timeout|Timeout policy|--map-set|mapping of prio)/

function real(args: string[], program = 'iptables-legacy'): { stdout: string; stderr: string; rc: number } {
  const env = { ...process.env, XTABLES_LOCKFILE: `/tmp/${NS}.lock` }
  const r = spawnSync('ip', ['netns', 'exec', NS, program, ...args], { encoding: 'utf8', env })
  return { stdout: r.stdout, stderr: r.stderr, rc: r.status ?? -1 }
}

const kmsg = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)
const room = Buffer.alloc(8192)

/** Lines of the kernel's log since the last call that tables and their extensions have written. */
function log(): string[] {
  const lines: string[] = []
  for (;;) {
    try {
      const record = room.toString('utf8', 0, readSync(kmsg, room))
      const text = record.slice(record.indexOf(';') + 1).split('\n')[0]
      if (OF_TABLES.test(text) && !text.endsWith('callbacks suppressed')) lines.push(text)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      if (code === 'EPIPE') continue
      if (code === 'EAGAIN') return lines
      throw error
    }
  }
}

/** The one rule of a listing. */
function listed(table: string, chain: string, ...more: string[]): string {
  return real(['-t', table, '-L', chain, ...more]).stdout.split('\n')[2]
}

const only = process.argv.slice(2)
const known =
  only.length === 0 ? {} : (JSON.parse(readFileSync(RECORDED, 'utf8')) as Record<string, Answer[]>)
const recorded: Record<string, Answer[]> = {}
spawnSync('ip', ['netns', 'add', NS])
try {
  for (const file of files()) {
    if (only.length > 0 && !only.includes(file.replace(/\.t$/, ''))) {
      recorded[file] = known[file]
      continue
    }
    const lines = read(file)
    for (const [program, ...args] of (lines[0]?.setup ?? []).map(words))
      real(args, program === 'iptables' ? undefined : program)
    recorded[file] = []
    for (const { table, chains, rule } of lines) {
      const chain = chains[0]
      log()
      const { stderr, rc } = real(['-t', table, '-A', chain, ...words(rule)])
      const answer: Answer = { rule, ...(stderr !== '' && { stderr }) }
      if (rc === 0) {
        answer.numeric = listed(table, chain, '-nv')
        answer.named = listed(table, chain)
        real(['-t', table, '-F', chain])
      } else if (stderr.includes('dmesg') || rc !== 2) {
        const said = log()
        if (said.length > 0) answer.log = said
        await setTimeout(BETWEEN_REFUSALS)
      }
      recorded[file].push(answer)
    }
  }
} finally {
  spawnSync('ip', ['netns', 'del', NS])
  closeSync(kmsg)
}
const text = Object.entries(recorded).map(
  ([file, answers]) => `${JSON.stringify(file)}: [\n${answers.map((a) => JSON.stringify(a)).join(',\n')}\n]`,
)
writeFileSync(RECORDED, `{\n${text.join(',\n')}\n}\n`)
