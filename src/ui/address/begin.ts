/** What an address wants done once its lab is there: lines typed, time passed, a moment shown. */
import { tick } from 'svelte'
import { typeAll } from '../type-all.ts'
import type { Notice, Settings } from '../url.ts'
import type { Workbench } from '../workbench.svelte.ts'
import { commandsOf } from './parameters.ts'

/** Lab time that lines may take until they are done with. */
const REST_US = 60_000_000
/** Lab time after which terminals are asked whether the next line can be typed. */
const GLANCE_US = 50_000
const ROUNDS = 2000

export async function begin(bench: Workbench, settings: Settings): Promise<void> {
  look(settings)
  await bench.course?.ready()
  const { opening, lab, terminals, player } = bench
  if (lab.snapshot === null) return
  const { host, run, setup, draft, time, position, bucket, glossary, pane } = settings
  if (host !== null) show(bench, host)
  if (pane !== null) bench.pane = pane === 'diagram' ? 'road' : (pane as typeof bench.pane)
  // What opening the lab has taken out of the address stays in it: a copied link does the same.
  if (run !== null || setup !== null || draft !== null || time !== null || position !== null)
    bench.say({ run, setup, draft, time, position })

  const lines = known(bench, 'run', run)
  let typed: Promise<void> = Promise.resolve()
  if (time !== null || position !== null) {
    // It is all done before it is looked at.
    const { autoplay } = player
    player.autoplay = false
    let over = lines.length === 0
    typed = typeAll(bench, lines, 'address').finally(() => (over = true))
    const busy = (): boolean => !over || lines.some(({ on }) => terminals.of(on).busy)
    await pass(bench, time === null ? null : Math.round(time * 1_000_000), busy)
    if (opening !== bench.opening) return
    if (position !== null) player.seek(position)
    player.autoplay = autoplay
  } else if (lines.length > 0) typed = typeAll(bench, lines, 'address')

  for (const { on, line } of known(bench, 'draft', draft)) {
    terminals.front = on
    terminals.draft[on] = line
  }
  if (bucket !== null) {
    if (bucket < (lab.snapshot.kernel.conntrack.buckets || Infinity)) await bench.pick(bucket)
    else say(bench, { kind: 'bad', name: 'bucket', value: String(bucket) })
  }
  if (glossary !== null) bench.dialog = { kind: 'glossary', term: glossary }
  await typed
}

/** How everything is drawn. */
export function look({ size, motion }: Pick<Settings, 'size' | 'motion'>): void {
  const root = document.documentElement
  root.style.setProperty('--zoom', String(size / 100))
  root.style.setProperty('zoom', size === 100 ? '' : String(size / 100))
  if (motion === null) delete root.dataset.motion
  else root.dataset.motion = motion
}

function show(bench: Workbench, host: string): void {
  const there = bench.lab.snapshot?.hosts.find((h) => h.name === host || h.names.includes(host))
  if (there === undefined) say(bench, { kind: 'bad', name: 'host', value: host })
  else bench.show(there.name)
}

/** The lines whose hosts there are; the others are named. */
function known(bench: Workbench, name: string, text: string | null): { on: string; line: string }[] {
  return commandsOf(text).flatMap(({ on, line }) => {
    const host = bench.lab.snapshot?.hosts.find((h) => h.name === on || h.names.includes(on))
    if (host === undefined) say(bench, { kind: 'bad', name, value: on })
    return host === undefined ? [] : [{ on: host.name, line }]
  })
}

function say(bench: Workbench, notice: Notice): void {
  bench.notices = [...bench.notices, notice]
}

/** Lets lab time pass: to a moment, or until nothing that was typed is under way. */
async function pass(bench: Workbench, to: number | null, busy: () => boolean): Promise<void> {
  const { lab, opening } = bench
  const end = to ?? (lab.snapshot?.time ?? 0) + REST_US
  for (let round = 0; round < ROUNDS; round++) {
    await tick()
    const s = lab.snapshot
    if (s === null || opening !== bench.opening || s.time >= end) return
    const typing = busy()
    if (to === null && !typing && s.quiet) return
    // A line is on its way to its host: for the lab that takes no time.
    if (typing && s.quiet) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      continue
    }
    const us = typing ? Math.min(GLANCE_US, end - s.time) : end - s.time
    await lab.advance({ kind: 'time', us, steps: 20_000 })
  }
}
