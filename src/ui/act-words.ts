/** The sentence that says what a table has done of its own accord: the twin of what is seen on the map. */
import { looksAround, victimText, type Act } from './acts.ts'
import type { acts as Words } from './text/en/acts.ts'
import type { Format } from './text/format.ts'

/** `ns`: index of the namespace that is shown. */
export function sentenceOf(act: Act, t: typeof Words, f: Format, ns: number): string {
  switch (act.kind) {
    case 'search': {
      const { looked, victims, dropped, kept } = act
      const bucket = looked.at(-1) ?? 0
      const searched = t.searched({
        looked: looked.length,
        first: looked[0] ?? 0,
        last: bucket,
        again: !looksAround(act),
      })
      const end =
        dropped > 0
          ? t.found({
              dropped,
              bucket,
              victims: victims.map(victimText).join(', '),
              more: dropped - victims.length,
            })
          : t.foundNobody({ kept })
      return searched + end + (act.ns === ns ? '' : ` ${t.foreign}`)
    }
    case 'sweep': {
      const { of, from, swept, met, expired, early } = act
      return `${t.swept({ all: swept >= of, swept, from, met })}${t.removed({ expired, early })} ${t.again({ wait: f.time(act.wait) })}`
    }
    case 'rehash':
      return t.rehashed({ from: act.from, to: act.of, nodes: act.nodes })
  }
}
