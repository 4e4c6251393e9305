/**
 * What a picture need not bring to the page: the parts that are the same in nearly all of them travel where they differ from
 * what travelled last. Of a load there are sixty pictures a second, and each leaves its copies to two collectors. The worker's
 * end is in sender.ts.
 */
import type { Answer, KernelView, Snapshot } from './protocol.ts'

export const PARTS = ['sysctl', 'defaults', 'registered'] as const

export const pictureOf = (answer: Answer): Snapshot | undefined =>
  'update' in answer ? answer.update?.snapshot : undefined

/** The page's end: puts into an answer what it has had before. */
export class Receiver {
  private last: KernelView | null = null

  complete(answer: Answer): Answer {
    const picture = pictureOf(answer)
    if (!picture) return answer
    const { last } = this
    if (last) {
      for (const part of PARTS) Object.assign(picture.kernel, { [part]: picture.kernel[part] ?? last[part] })
      picture.kernel.conntrack.entries ??= last.conntrack.entries
    }
    this.last = picture.kernel
    return answer
  }
}
