/** Changes to rules, as the command lines that they are. Rules are counted from 1, as iptables does. */
import type { TableView } from '../lab/protocol.ts'

type Chain = TableView['chains'][number]
type Rule = Chain['rules'][number]

const of = (table: string): string => (table === 'filter' ? 'iptables' : `iptables -t ${table}`)

/** What iptables-save writes is a shell's words already, but for what a shell would put in between double quotes. */
export function shellWords(text: string): string {
  return text.replace(/[$`]/g, '\\$&')
}

export function deleteLine(table: string, chain: string, n: number): string {
  return `${of(table)} -D ${chain} ${n}`
}

/** There is no command that moves a rule: it is taken out and put in again, with what it has counted. */
export function moveLine(table: string, chain: string, from: number, to: number, rule: Rule): string {
  const counted = rule.pkts > 0 ? ` -c ${rule.pkts} ${rule.bytes}` : ''
  return `${of(table)} -D ${chain} ${from} && ${of(table)} -I ${chain} ${to}${counted} ${shellWords(rule.text)}`
}

export function addLine(table: string, chain: string, text: string): string {
  return `${of(table)} -A ${chain} ${text.trim()}`
}

export function policyLine(table: string, chain: string, policy: string): string {
  return `${of(table)} -P ${chain} ${policy}`
}

/** A chain is made, or an empty one that nobody jumps to is taken away. */
export function chainLine(table: string, chain: string, what: 'new' | 'delete'): string {
  return `${of(table)} ${what === 'new' ? '-N' : '-X'} ${chain}`
}

/** Is there a rule that leads to it? */
export function isUsed(chains: readonly Chain[], name: string): boolean {
  return chains.some((c) => c.rules.some((r) => new RegExp(` -[jg] ${name}( |$)`).test(` ${r.text}`)))
}

/** A table as iptables-save -c writes it, without its remarks. */
export function tableText(table: Pick<TableView, 'name' | 'chains'>): string {
  const own = [...table.chains].sort((a, b) => Number(a.policy === null) - Number(b.policy === null))
  return [
    `*${table.name}`,
    ...own.map(
      (c) => `:${c.name} ${c.policy ?? '-'} [${c.policy === null ? '0:0' : `${c.pkts}:${c.bytes}`}]`,
    ),
    ...own.flatMap((c) => c.rules.map((r) => `[${r.pkts}:${r.bytes}] -A ${c.name} ${r.text}`)),
    'COMMIT',
    '',
  ].join('\n')
}

/** Whole tables at once. Nothing of them is changed where one line is wrong. */
export function restoreLine(text: string): string {
  const lines = text.replace(/\s+$/, '').split('\n')
  return `printf '%s\\n' ${lines.map((l) => `'${l.replaceAll("'", "'\\''")}'`).join(' ')} | iptables-restore -c`
}

/** Which line iptables-restore has stopped at, 0: it does not say; and its own words. */
export function restoreError(stderr: string): { line: number; words: string } {
  const m = /(?:Error occurred at line: |iptables-restore: line |, line: ?| line )(\d+)/.exec(stderr)
  const words = stderr
    .split('\n')
    .filter((l) => !/^(Error occurred|Try `)/.test(l))
    .join('\n')
    .trim()
  return { line: m === null ? 0 : Number(m[1]), words }
}
