/** What is done in the sandbox is kept in the browser, as the link by which it is taken away. */
import type { Saved } from '../../lab/take/index.ts'
import { remember, remembered } from '../storage.ts'
import type { Workbench } from '../workbench.svelte.ts'

const KEY = 'sandbox'
/** Letters that are kept at most. */
const MOST = 200_000

export function kept(): string | null {
  const link = remembered(KEY)
  return link === null || link === '' ? null : link
}

export async function keep(bench: Workbench): Promise<void> {
  const { opening } = bench
  const saved = (await bench.lab.use('save', 'history')) as Saved | null
  if (saved !== null && opening === bench.opening && saved.link.length <= MOST) remember(KEY, saved.link)
}
