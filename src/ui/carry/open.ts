/** A lab comes in: from a link, a file, or what somebody's machine prints. */
import type { Brought } from '../../lab/bring/report.ts'
import type { Problem } from '../../lab/take/schema.ts'
import { LANGUAGES, type Language } from '../text/index.ts'
import { carry } from '../text/carry.ts'
import type { Workbench } from '../workbench.svelte.ts'

/** What is wrong with a saved lab, in both languages. */
export function problemWords(problem: Problem): Record<Language, string> {
  const say = (l: Language): string => {
    const t = carry[l].problems
    return `${problem.kind === 'too-long' ? '' : `${t.title} `}${t[problem.kind](problem)}`
  }
  return Object.fromEntries(LANGUAGES.map((l) => [l, say(l)])) as Record<Language, string>
}

/** Where nothing could be opened, the lab that was there stays, or the first one opens; that is said above the page. */
export async function carryIn(
  bench: Workbench,
  tool: 'load' | 'bring',
  text: string,
): Promise<Brought | Problem[] | null> {
  const { lab } = bench
  const before = { trace: lab.trace, output: lab.output, followed: lab.followed }
  let result: Brought | Problem[] | null = null
  const open = async (): Promise<void> => {
    Object.assign(lab, { trace: [], output: {}, followed: 0 })
    result = (await lab.use(tool, text)) as Brought | Problem[] | null
  }
  const link = tool === 'load' && !text.trim().startsWith('{') ? text : null
  // The moment that somebody has sent stays the moment: what is under way in it waits until it is played.
  await bench.player.aside(() => bench.openSandbox(undefined, undefined, open, link))
  const problems: Problem[] = Array.isArray(result) ? result : []
  bench.notices = [
    ...bench.notices,
    ...problems.slice(0, 3).map((p) => ({ kind: 'said', words: problemWords(p) }) as const),
  ]
  if (result === null || problems.some((p) => p.kind !== 'too-long')) {
    if (lab.snapshot === null) await bench.openSandbox()
    else Object.assign(lab, before)
  }
  return result
}
