/**
 * Programs for a lab in a worker: the first packet needs few of them, so the others are fetched when a line names one,
 * or when the page has come to rest.
 */
import '../userspace/core.ts'
import { programs } from '../userspace/programs.ts'
import { builtins } from '../userspace/shell/builtins.ts'
import { labs } from './labs/index.ts'
import type { Request } from './protocol.ts'

let everything: Promise<unknown> | null = null

/** Fetch all programs, once. */
export function loadAll(): Promise<unknown> {
  everything ??= Promise.all([import('../userspace/index.ts'), import('./labs/more.ts')]).catch(
    (error: unknown) => {
      everything = null
      throw error
    },
  )
  return everything
}

/** Words that are shell syntax, options, numbers, paths or addresses do not name a program that would have to come. */
const COMMAND_WORD =
  /(?:^|[|;&({`!]|\b(?:do|then|else|if|while|until)\b|\$\()\s*(?:[A-Za-z_]\w*=\S*\s+)*([^\s|;&()<>`"'$]+)/g
const KEYWORDS = new Set(
  'for do done while until if then elif else fi { } ! case esac in function'.split(' '),
)

/** Can the line run with what is here? When in doubt, no. */
export function hasProgramsFor(line: string): boolean {
  // Arithmetic, braces, patterns, and files that the kernel makes up, come with the programs. What a command prints may
  // hold a pattern, too.
  if (/\(\(|\{|[*?[]|\bcase\b|\$\((?!seq\b)|`|\/proc\b/.test(line)) return false
  if (/\b(eval|source|xargs|sh|bash|command)\b|\$[A-Za-z_{]\S*\s|["']/.test(line.replaceAll('$(seq', '')))
    return false
  for (const m of line.matchAll(COMMAND_WORD)) {
    const word = m[1]
    if (!programs.has(word) && !builtins.has(word) && !KEYWORDS.has(word)) return false
  }
  return true
}

/** Fetch what a request may need before it is answered. */
export async function loadFor(request: Request): Promise<void> {
  if (request.type === 'use') await Promise.all([loadAll(), import('./take/index.ts')])
  const lines =
    request.type === 'exec' || request.type === 'check'
      ? [request.line]
      : request.type === 'open'
        ? (request.commands ?? []).map((c) => c.line)
        : []
  const old = request.type === 'open' && request.period === 'article'
  const strange = request.type === 'open' && labs[request.lab] === undefined
  if (old || strange || request.type === 'complete' || !lines.every(hasProgramsFor)) await loadAll()
}
