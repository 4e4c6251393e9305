/** What the learner has done: kept in her browser where that is allowed, else as long as the page is open. */
import { NO_PROGRESS, parseProgress, together, withStep, type Progress } from '../lesson/progress.ts'
import { remember, remembered } from './storage.ts'

const KEY = 'progress'

class Kept {
  now = $state.raw<Progress>(parseProgress(remembered(KEY) ?? '') ?? NO_PROGRESS)
  /** False: nothing can be kept here, and that is said. */
  lasting = $state(true)

  /** A step is open, and these steps of its lesson are done, some of them as they were shown. */
  note(lesson: string, step: string, done: readonly string[], shown: readonly string[]): void {
    this.set(withStep(this.now, lesson, step, done, shown))
  }

  add(other: Progress): void {
    this.set(together(this.now, other))
  }

  forget(): void {
    this.set(NO_PROGRESS)
  }

  private set(progress: Progress): void {
    if (JSON.stringify(progress) === JSON.stringify(this.now)) return
    this.now = progress
    this.lasting = remember(KEY, JSON.stringify(progress))
  }
}

export const progress = new Kept()
