/**
 * What somebody is in the middle of with time: paused, playing, stepping or seeking. The lab does the work; this says
 * when to ask it for more, one request at a time, and how long what came back is shown.
 *
 * playing: planning -> waiting (something is under way on a link, or nothing at all) -> asking -> showing -> planning …
 */
import { assign, fromPromise, setup } from 'xstate'
import type { Advance } from '../lab/protocol.ts'

/** Presentation at speed 1, ms. */
export const HOOK_MS = 300
export const LINK_MS = 600
/** With nothing to look at, lab time passes as time does; asked for this often. */
export const IDLE_MS = 100
/** From here on lab time passes as time does (times the speed), with many steps in a frame. */
export const FLOW_FROM = 25
const FRAME_MS = 16
/** A load goes so much faster than time does, if the machine can. */
export const LOAD_SPEED = 4

/** What the plan needs to know of the lab. */
export interface Look {
  position: number
  end: number
  quiet: boolean
  /** A program sends more packets than can be followed. */
  load: boolean
  /** A packet is on the road; `here`: of the host whose kernel is shown. */
  onRoad: boolean
  here: boolean
  flying: boolean
  /** Microseconds to the next event of the clock, null: none. */
  nextIn: number | null
  /** Of the link that the next frame arrives by. */
  delay: number
  /** Looking at the past: the position of the next stop, and of the next time a packet leaves a host. Null: at the end. */
  next: number | null
  nextLeave: number | null
}

export type Asked = { type: 'advance'; by: Advance } | { type: 'seek'; position: number }

export interface Plan {
  /** The position that it was made for. */
  from: number
  /** Before asking. `moves`: what the eye sees meanwhile. */
  wait: number
  moves: 'link' | 'clock' | 'none'
  /** Lab time that passes while waiting. */
  us: number
  ask: Asked
}

/** What to do next while playing; null: nothing moves any more. `keep`: let the clock run on all the same. */
export function planNext(look: Look, speed: number, keep: boolean): Plan | null {
  const from = look.position
  // What has happened already is looked at, not done again.
  const past = look.next !== null
  if (look.quiet && !keep && !past) return null
  const step = (leave: boolean): Asked =>
    look.next !== null
      ? { type: 'seek', position: (leave ? look.nextLeave : null) ?? look.next }
      : { type: 'advance', by: { kind: leave ? 'packet' : 'hook' } }
  /** The next event of the clock and no more, so that no time passes unseen. */
  const event = (us: number): Asked =>
    past ? step(false) : { type: 'advance', by: { kind: 'time', us, steps: 1 } }
  if ((speed >= FLOW_FROM || look.load) && (past || look.nextIn !== null || look.onRoad)) {
    const steps = speed >= 100 || look.load ? 20_000 : Math.ceil(speed * 10)
    const us = Math.round(FRAME_MS * 1000 * Math.max(speed, look.load ? LOAD_SPEED : 0))
    const ask: Asked = past
      ? { type: 'seek', position: Math.min(look.end, look.position + steps) }
      : { type: 'advance', by: { kind: 'time', us, steps } }
    return { from, wait: FRAME_MS, moves: 'none', us: 0, ask }
  }
  if (look.onRoad) return { from, wait: 0, moves: 'none', us: 0, ask: step(!look.here) }
  if (look.flying && look.nextIn !== null) {
    const share = look.delay > 0 ? Math.min(1, look.nextIn / look.delay) : 1
    return { from, wait: (LINK_MS * share) / speed, moves: 'link', us: look.nextIn, ask: event(look.nextIn) }
  }
  const us = Math.max(1, Math.round(IDLE_MS * 1000 * speed))
  if (past)
    return {
      from,
      wait: Math.min(IDLE_MS, (look.nextIn ?? 0) / 1000 / speed),
      moves: 'clock',
      us: 0,
      ask: step(false),
    }
  if (look.nextIn !== null && look.nextIn <= us)
    return {
      from,
      wait: look.nextIn / 1000 / speed,
      moves: 'clock',
      us: look.nextIn,
      ask: event(look.nextIn),
    }
  return { from, wait: IDLE_MS, moves: 'clock', us, ask: { type: 'advance', by: { kind: 'time', us } } }
}

export interface Context {
  speed: number
  keep: boolean
  plan: Plan | null
  /** Share of the wait that is over, and since when it goes on (ms of the player's clock). */
  waited: number
  since: number
  /** How long what came back is shown, at speed 1; since when. */
  show: number
  shownSince: number
  shownAt: number
  asked: Asked | null
  /** Where the seeking goes, and whether playing goes on after it. */
  target: number
  resume: boolean
  /** Somebody has asked to stop while a request was under way. */
  stop: boolean
}

export type Event =
  | { type: 'PLAY' }
  | { type: 'PAUSE' }
  | { type: 'STEP'; ask: Asked }
  | { type: 'SEEK'; position: number }
  | { type: 'SPEED'; speed: number }
  | { type: 'KEEP'; keep: boolean }

export interface Input {
  speed: number
  look: () => Look
  now: () => number
}

export const playerMachine = setup({
  types: {
    context: {} as Context & Pick<Input, 'look' | 'now'>,
    events: {} as Event,
    input: {} as Input,
  },
  actors: {
    /** Asks the lab; answers for how many ms (at speed 1) the result is worth looking at. */
    ask: fromPromise<number, Asked>(() => Promise.resolve(0)),
  },
  delays: {
    wait: ({ context }) => (context.plan?.wait ?? 0) * (1 - context.waited),
    show: ({ context }) => Math.max(0, context.show / context.speed - (context.now() - context.shownSince)),
  },
  guards: {
    nothingLeft: ({ context }) => context.plan === null,
    stopped: ({ context }) => context.stop,
    elsewhere: ({ context }) => context.asked?.type === 'seek' && context.asked.position !== context.target,
    resumes: ({ context }) => context.resume,
  },
  actions: {
    plan: assign(({ context }) => ({
      plan: planNext(context.look(), context.speed, context.keep),
      waited: 0,
    })),
    beginWait: assign(({ context }) => ({ since: context.now() })),
    /** Keeps how far the waiting had come, so that going on goes on from there. */
    haltWait: assign(({ context }) => {
      const wait = context.plan?.wait ?? 0
      const share = wait <= 0 ? 1 : (context.now() - context.since) / wait
      return { waited: Math.min(1, context.waited + share) }
    }),
    show: assign(({ context }, params: { ms: number }) => ({
      show: params.ms,
      shownSince: context.now(),
      shownAt: context.speed,
    })),
    advance: assign(({ context }) => ({ asked: context.plan?.ask ?? null })),
    forget: assign({ plan: null, waited: 0, stop: false }),
    mind: assign({ stop: true }),
    speed: assign(({ context, event }) => {
      if (event.type !== 'SPEED') return {}
      const factor = context.speed / event.speed
      const plan = context.plan && { ...context.plan, wait: context.plan.wait * factor }
      return { speed: event.speed, plan }
    }),
    keep: assign(({ event }) => (event.type === 'KEEP' ? { keep: event.keep } : {})),
    aim: assign(({ event }) => (event.type === 'SEEK' ? { target: event.position } : {})),
    ask: assign(({ context }) => ({ asked: { type: 'seek' as const, position: context.target } })),
    step: assign(({ event }) => (event.type === 'STEP' ? { asked: event.ask, plan: null, waited: 0 } : {})),
  },
}).createMachine({
  id: 'player',
  context: ({ input }) => ({
    ...input,
    keep: false,
    plan: null,
    waited: 0,
    since: 0,
    show: 0,
    shownSince: -1e9,
    shownAt: 1,
    asked: null,
    target: 0,
    resume: false,
    stop: false,
  }),
  initial: 'paused',
  on: {
    KEEP: { actions: 'keep' },
    SPEED: { actions: 'speed' },
  },
  states: {
    paused: {
      entry: assign({ resume: false, stop: false }),
      on: {
        PLAY: 'playing',
        STEP: { target: 'stepping', actions: 'step' },
        SEEK: { target: 'seeking', actions: 'aim' },
      },
    },

    playing: {
      initial: 'going',
      on: {
        PAUSE: 'paused',
        STEP: { target: 'stepping', actions: 'step' },
        SEEK: { target: 'seeking', actions: ['aim', assign({ resume: true, plan: null, waited: 0 })] },
      },
      states: {
        /** A wait that was interrupted goes on where it was. */
        going: {
          always: [
            {
              guard: ({ context }) => context.waited > 0 && context.plan?.from === context.look().position,
              target: 'waiting',
            },
            { target: 'planning' },
          ],
        },
        planning: {
          entry: 'plan',
          always: [{ guard: 'nothingLeft', target: '#player.paused' }, { target: 'waiting' }],
        },
        waiting: {
          entry: 'beginWait',
          exit: 'haltWait',
          after: { wait: 'asking' },
          on: { SPEED: { target: 'waiting', reenter: true, actions: 'speed' } },
        },
        asking: {
          entry: 'advance',
          invoke: {
            src: 'ask',
            input: ({ context }) => context.asked ?? { type: 'seek', position: context.target },
            onDone: [
              {
                guard: 'stopped',
                target: '#player.paused',
                actions: ['forget', { type: 'show', params: ({ event }) => ({ ms: event.output }) }],
              },
              {
                target: 'showing',
                actions: ['forget', { type: 'show', params: ({ event }) => ({ ms: event.output }) }],
              },
            ],
            onError: { target: '#player.paused', actions: 'forget' },
          },
          // One request at a time: what is asked for meanwhile waits for the answer.
          on: {
            PAUSE: { actions: 'mind' },
            PLAY: { actions: assign({ stop: false }) },
            STEP: { actions: 'mind' },
          },
        },
        showing: {
          after: { show: 'planning' },
          on: { SPEED: { target: 'showing', reenter: true, actions: 'speed' } },
        },
      },
    },

    stepping: {
      invoke: {
        src: 'ask',
        input: ({ context }) => context.asked ?? { type: 'seek', position: context.target },
        onDone: [
          {
            guard: 'resumes',
            target: 'playing',
            actions: { type: 'show', params: ({ event }) => ({ ms: event.output }) },
          },
          { target: 'paused', actions: { type: 'show', params: ({ event }) => ({ ms: event.output }) } },
        ],
        onError: 'paused',
      },
      on: { PLAY: { actions: assign({ resume: true }) }, PAUSE: { actions: assign({ resume: false }) } },
    },

    seeking: {
      entry: 'ask',
      invoke: {
        src: 'ask',
        input: ({ context }) => ({ type: 'seek', position: context.target }),
        onDone: [
          { guard: 'elsewhere', target: 'seeking', reenter: true },
          { guard: 'resumes', target: 'playing', actions: { type: 'show', params: { ms: 0 } } },
          {
            target: 'paused',
            actions: [assign({ plan: null, waited: 0 }), { type: 'show', params: { ms: 0 } }],
          },
        ],
        onError: 'paused',
      },
      on: {
        SEEK: { actions: 'aim' },
        PLAY: { actions: assign({ resume: true }) },
        PAUSE: { actions: assign({ resume: false }) },
      },
    },
  },
})
