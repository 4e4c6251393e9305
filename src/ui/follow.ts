/** Where the links in a lesson's words lead: to a station of the picture, a moment of the trace, a term of the glossary. */
import { tick } from 'svelte'
import type { TraceEvent } from '../kernel/trace.ts'
import { MOMENTS, type Link, type Moment } from '../lesson/link.ts'
import { course } from './text/later.ts'
import type { Workbench } from './workbench.svelte.ts'

export async function follow(bench: Workbench, link: Link): Promise<void> {
  switch (link.kind) {
    case 'glossary':
      bench.dialog = { kind: 'glossary', term: link.to }
      return
    case 'at':
      if (matchMedia('(max-width: 759px)').matches) bench.pane = 'road'
      await pointAt(link.to)
      return
    case 'go': {
      const moment = MOMENTS.find((one) => one === link.to)
      const position = moment && momentOf(bench.lab.trace, moment)
      if (position !== undefined) {
        bench.player.pause()
        bench.player.seek(position)
      } else if (moment !== undefined)
        bench.notices = [...bench.notices, { kind: 'said', words: saidOf(moment) }]
    }
  }
}

/** Marks a station of the picture and puts the focus there. */
export async function pointAt(station: string): Promise<void> {
  await tick()
  const place = document.querySelector<HTMLElement>(`#picture [data-state="${CSS.escape(station)}"]`)
  if (place === null) return
  if (place.tagName !== 'BUTTON') place.tabIndex = -1
  place.focus({ preventScroll: true })
  place.scrollIntoView({ block: 'center', inline: 'center' })
  for (const other of document.querySelectorAll('.led')) other.classList.remove('led')
  place.classList.add('led')
  place.addEventListener('blur', () => place.classList.remove('led'), { once: true })
}

/** The position of the last event of that kind (`first`: the first of all) that is kept. */
export function momentOf(trace: readonly TraceEvent[], moment: Moment): number | undefined {
  const stops = trace.filter((e) => e.type !== 'command' && e.position !== undefined)
  const found =
    moment === 'first'
      ? stops[0]
      : moment === 'last'
        ? stops.at(-1)
        : stops.findLast((e) => e.type === (moment === 'drop' ? 'drop' : 'nat'))
  return found?.position
}

function saidOf(moment: Moment): Record<'en' | 'zh', string> {
  return {
    en: course.en.noMoment[moment],
    // Chinese may only be fetched while this is on the page.
    get zh() {
      return course.zh.noMoment[moment]
    },
  }
}
