/** What the article's Linux does otherwise: one feature for each difference of kernel/period-table.ts. */
import { differences } from '../../../src/kernel/period-table.ts'
import type { SectionRule } from '../feature.ts'
import { list } from '../source.ts'

// There was no 4.15 to record: its source was read, and the tests say what stands there.
const tests = list('test/period', '.test.ts')

export const periods: SectionRule = {
  id: 'periods',
  features: differences.map(({ topic, bit, article, modern }) => ({
    id: `period.${topic}`,
    model: ['kernel/period-table.ts', bit === 0 ? 'kernel/article.ts' : 'kernel/period.ts'],
    linux: `4.15: ${article}; 6.18: ${modern}`,
    tests,
  })),
}
