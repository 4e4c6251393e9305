/**
 * The .t files: `rule;what -S prints;OK|FAIL`, under the table (`*nat`) and the chains (`:INPUT,OUTPUT`) named before.
 * `%ipset ..` and `%iptables ..` are commands that must have been run.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Line {
  file: string
  number: number
  table: string
  chains: string[]
  rule: string
  /** Without `-A CHAIN `; null where the line must fail. */
  expected: string | null
  /** `;LOSSY` at the end: what is saved is another rule than the one that was typed. */
  lossy: boolean
  /** Command lines of ipset, iptables and nfct. */
  setup: string[]
}

/** What the real program said to a line (record.ts): the rule in the first of its chains. */
export interface Answer {
  rule: string
  stderr?: string
  /** What the kernel said about a rule that it refused. */
  log?: string[]
  /** The rule as -L -n -v and -L list it, where it was taken. */
  numeric?: string
  named?: string
}

const HERE = dirname(fileURLToPath(import.meta.url))

export const RECORDED = join(HERE, '../recorded/extensions.json')

export function files(): string[] {
  return readdirSync(HERE).filter((f) => f.endsWith('.t'))
}

export function read(file: string): Line[] {
  const out: Line[] = []
  let table = 'filter'
  let chains: string[] = []
  const setup: string[] = []
  readFileSync(join(HERE, file), 'utf8')
    .split('\n')
    .forEach((text, i) => {
      if (text === '' || text.startsWith('#')) return
      if (text.startsWith('%')) setup.push(text.slice(1))
      else if (text.startsWith('*')) table = text.slice(1)
      else if (text.startsWith(':')) chains = text.slice(1).split(',')
      else {
        const [rule, saved, result, lossy] = text.split(';')
        const expected = result === 'OK' ? (saved === '=' ? rule : saved) : null
        out.push({ file, number: i + 1, table, chains, rule, expected, lossy: lossy === 'LOSSY', setup })
      }
    })
  return out
}
