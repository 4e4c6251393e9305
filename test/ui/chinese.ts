/** Imported by whoever reads what the page says in Chinese: a page fetches these words when it is to speak it. */
import { fetched } from '../../src/ui/text/words.ts'
import * as later from '../../src/ui/text/zh/later.ts'

fetched(later)
