/** What axe finds on a page. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * Every element that breaks a rule: how bad, which rule, where. `within`: only these parts. Not what is in frames: their
 * own tests look at them, and without them axe needs a third of the time.
 */
export async function judged(page: Page, ...within: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().exclude('iframe')
  for (const part of within) axe.include(part)
  axe.options({ resultTypes: ['violations'], runOnly: { type: 'tag', values: TAGS } })
  const { violations: found } = await axe.analyze()
  return found.flatMap((v) =>
    v.nodes.map((n) => `${v.impact} ${v.id}: ${n.target.join(' ')} ${n.html.slice(0, 120)}`),
  )
}
