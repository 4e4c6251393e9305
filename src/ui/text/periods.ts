/** Words of what the two periods do differently, which come with the page that shows it. */
import { periods as en, type PeriodWords } from './en/periods.ts'
import { periods as zh } from './zh/periods.ts'
import type { Topic } from '../../kernel/period-table.ts'
import type { Language } from './index.ts'

export const periodWords: Record<Language, Record<Topic, PeriodWords>> = { en, zh }
