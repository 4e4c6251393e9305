/** Says of a test that did not pass at once how often it was tried, so that scripts/test.mjs can name it. */
import { afterEach } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Tries after the first. */
    retried?: number
  }
}

afterEach(({ task }) => {
  const retried = task.result?.retryCount ?? 0
  if (retried > 0) task.meta.retried = retried
})
