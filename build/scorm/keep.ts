/** The store that a package puts in the place of the browser's own: the page's progress goes through it to the platform. */
import { NO_PROGRESS, parseProgress, type Progress } from '../../src/lesson/progress.ts'
import type { Kept } from '../../src/ui/storage.ts'

const PROGRESS = 'netfilter-lab.progress'

/**
 * `begin`: what the platform has kept. `moved` is called with every change of the progress. `works`: whether the platform
 * still keeps what it is told; where it does not, the page hears it, and says so.
 */
export function keep(
  begin: Progress | null,
  moved: (progress: Progress) => void = () => undefined,
  works: () => boolean = () => true,
): Kept {
  const kept = new Map<string, string>([[PROGRESS, JSON.stringify(begin ?? NO_PROGRESS)]])
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      kept.set(key, value)
      const now = key === PROGRESS ? parseProgress(value) : null
      if (now !== null) moved(now)
      if (!works()) throw new Error('The platform does not keep it.')
    },
    removeItem: (key) => {
      kept.delete(key)
    },
  }
}
