/** What a page around can have done, on the workbench that a reader sees: it is as if she did it herself. */
import * as v from 'valibot'
import type { Moment } from '../../embed/messages.ts'
import type { Saved } from '../../lab/take/index.ts'
import { setTheme } from '../theme.svelte.ts'
import { VIEWS } from '../url.ts'
import type { Workbench } from '../workbench.svelte.ts'
import { Refused, type Methods } from './door.ts'
import { plain } from './plain.ts'
import { stateSchema } from './schema.ts'

/** A lab that is larger than this as a link is given away as the text of a file. */
const LINK_READ = 8000
const STATE_MAX = 64_000
const SAID_MAX = 16_000
/** Within this time what was asked of the player has come back. */
const SETTLE_MS = 2000

export function callsOn(bench: Workbench): Methods {
  const { lab, player, terminals } = bench
  /** Whatever opens a lab: what comes after waits for it. */
  let opening: Promise<unknown> = Promise.resolve()

  const open = async (
    what: () => Promise<unknown>,
  ): Promise<{ lesson: string | null; lab: string | null }> => {
    const before = opening
    const mine = before.catch(() => undefined).then(what)
    opening = mine
    await mine
    await bench.course?.ready()
    return { lesson: bench.course?.id ?? null, lab: lab.snapshot?.lab ?? null }
  }
  const opened = (): Promise<unknown> => opening.catch(() => undefined)

  const moment = (): Moment => {
    const s = lab.snapshot
    return {
      position: s?.position ?? 0,
      end: s?.end ?? 0,
      time: s?.time ?? 0,
      playing: player.state === 'playing',
    }
  }
  /** Does it, and says where time is when that has come back from the lab. */
  const moved = async (what: () => void, arrived = (): boolean => true): Promise<Moment> => {
    await opened()
    const before = lab.snapshot
    what()
    for (let ms = 0; ms < SETTLE_MS && (lab.snapshot === before || !arrived()); ms += 10) await rest(10)
    return moment()
  }
  /** The lab may have said something else in between: it is there when it stands where it was sent. */
  const atTarget = (): boolean => lab.snapshot?.position === player.target

  const hostOf = (name: string): string => {
    const host = lab.snapshot?.hosts.find((h) => h.name === name || h.names.includes(name))
    if (host === undefined) throw new Refused('bad-args', `no host ${name}`)
    return host.name
  }
  const exec = async (name: string, line: string): Promise<{ output: string }> => {
    const host = hostOf(name)
    const { opening: now } = bench
    const before = lab.output[host]?.at(-1)?.n ?? -1
    terminals.front = host
    terminals.run(host, line, 'page')
    await terminals.idle(host)
    if (now !== bench.opening) throw new Refused('failed', 'another lab was opened')
    const said = (lab.output[host] ?? []).filter(({ n, stream }) => n > before && stream !== 'prompt')
    return {
      output: said
        .map(({ text }) => text)
        .join('')
        .slice(-SAID_MAX),
    }
  }

  return {
    load: ({ lesson, step, lab: name, period, seed }) => {
      if (lesson !== undefined && !bench.names.lessons.includes(lesson))
        throw new Refused('bad-args', `no lesson ${lesson}`)
      if (name !== undefined && !bench.names.labs.includes(name))
        throw new Refused('bad-args', `no lab ${name}`)
      return open(async () => {
        if (seed !== undefined) bench.say({ seed })
        if (lesson !== undefined) await bench.openLesson(lesson, step ?? null)
        else await bench.openSandbox(name, period)
      })
    },
    exec: async ({ host, line }) => {
      await opened()
      return exec(host, line)
    },
    run: async ({ commands }) => {
      await opened()
      for (const { host } of commands) hostOf(host)
      const outputs: string[] = []
      for (const { host, line } of commands) outputs.push((await exec(host, line)).output)
      return { outputs }
    },
    step: ({ by }) => moved(() => (by === 'packet' ? player.stepPacket() : player.stepHook())),
    back: () => moved(() => player.back(), atTarget),
    play: async ({ speed }) => {
      await opened()
      if (speed !== undefined) player.speed = speed
      player.play()
      return moment()
    },
    /** `was`: whether it played, so that whoever has paused it knows whether to let it go on. */
    pause: async () => {
      const was = player.state === 'playing'
      player.pause()
      return { ...moment(), playing: false, was }
    },
    seek: ({ position, time }) =>
      moved(() => {
        player.pause()
        player.seek(position ?? positionAt(bench, time ?? 0))
      }),
    reset: () =>
      open(async () => {
        if (bench.course !== null) bench.course.restart()
        else if (bench.names.labs.includes(lab.snapshot?.lab ?? ''))
          await bench.openSandbox(lab.snapshot?.lab)
        else await lab.ask({ type: 'seek', position: 0 })
      }),
    getState: async () => {
      await opened()
      const saved = (await lab.use('save', 'history')) as Saved | null
      if (saved === null) throw new Refused('failed', 'the lab could not be saved')
      const state = JSON.stringify({
        v: 1,
        lesson: bench.course?.id ?? null,
        step: bench.course?.step.id ?? null,
        host: lab.snapshot?.kernel.host ?? null,
        view: bench.settings.view,
        lab: saved.link.length <= LINK_READ ? saved.link : JSON.stringify(JSON.parse(saved.json)),
      })
      if (state.length > STATE_MAX) throw new Refused('too-large', `${state.length} characters`)
      return { state }
    },
    setState: async ({ state }) => {
      const read = v.safeParse(stateSchema, parsed(state))
      if (!read.success) throw new Refused('bad-state', 'not what getState has given')
      const { lesson, step, host, view, lab: text } = read.output
      if (lesson !== null && !bench.names.lessons.includes(lesson))
        throw new Refused('bad-state', `no lesson ${lesson}`)
      const where = await open(async () => {
        if (lesson === null) return fail(await bench.carry('load', text))
        await bench.openLesson(lesson, step)
        await bench.course?.ready()
        terminals.reset()
        Object.assign(lab, { trace: [], output: {}, followed: 0 })
        fail(await lab.use('load', text))
      })
      const seen = VIEWS.find((one) => one === view)
      if (seen !== undefined) bench.see(seen)
      if (host !== null && lab.snapshot?.hosts.some((h) => h.name === host) === true) bench.show(host)
      return where
    },
    setLang: async ({ lang }) => bench.speak(lang),
    setTheme: async ({ theme }) => setTheme(theme),
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** The last position at which the lab's clock had not passed `time`, microseconds. */
function positionAt(bench: Workbench, time: number): number {
  const { trace, snapshot } = bench.lab
  if (snapshot !== null && time >= snapshot.time && snapshot.position === snapshot.end) return snapshot.end
  return trace.findLast((e) => e.time <= time && e.position !== undefined)?.position ?? 0
}

function parsed(text: string): unknown {
  try {
    return plain(JSON.parse(text), STATE_MAX * 2)
  } catch {
    return null
  }
}

function fail(problems: unknown): void {
  if (problems === null) throw new Refused('bad-state', 'the lab could not be opened')
  const all = Array.isArray(problems) ? (problems as { kind: string }[]) : []
  const bad = all.find(({ kind }) => kind !== 'too-long')
  if (bad !== undefined) throw new Refused('bad-state', bad.kind)
}
