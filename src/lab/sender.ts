/** Takes from a picture what the page has (post.ts). It comes once the page has come to rest: until then all travels. */
import { PARTS, pictureOf } from './post.ts'
import type { Answer, Ask, ConntrackView, KernelView } from './protocol.ts'

type Parts = Partial<Pick<KernelView, (typeof PARTS)[number]>>

/** Entries of a load are listed so often; the page shows no more. */
const LISTED_MS = 250

function isSame(a: Record<string, unknown>, b: Record<string, unknown> = {}): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

export class Sender {
  private readonly last: Parts = {}
  private listedAt = -Infinity

  /** Shall the answer come without entries, if it is a picture of a load? `now`: milliseconds of any clock. */
  isBrief({ request }: Ask, now: number): boolean {
    return request.type === 'advance' && now - this.listedAt < LISTED_MS
  }

  /** Take from an answer what the page has. */
  lighten(answer: Answer, brief: boolean, now: number): Answer {
    const picture = pictureOf(answer)
    if (!picture) return answer
    const kernel: Omit<KernelView, keyof Parts> & Parts = picture.kernel
    for (const part of PARTS) {
      const mine = picture.kernel[part]
      if (isSame(mine, this.last[part])) delete kernel[part]
      else Object.assign(this.last, { [part]: mine })
    }
    const table: Partial<ConntrackView> = picture.kernel.conntrack
    if (brief && picture.load) delete table.entries
    else this.listedAt = now
    return answer
  }
}
