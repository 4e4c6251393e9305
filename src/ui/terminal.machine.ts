/**
 * What a terminal is in the middle of: at its prompt, running a line, or being interrupted. Lines that are typed or
 * pasted while one runs wait in a queue, as they would in a tty. The lab says when a program has ended (`BUSY`).
 */
import { assign, fromPromise, setup } from 'xstate'

export interface Line {
  line: string
  /** The control that says itself as this command; undefined: typed. */
  by?: string
  /** When it was given, counted over all terminals of the page. */
  turn?: number
}

export interface TerminalContext {
  host: string
  current: Line | null
  queue: readonly Line[]
}

export type TerminalEvent =
  | ({ type: 'SUBMIT' } & Line)
  /** Whether a program runs in the host's foreground, as the newest snapshot has it. */
  | { type: 'BUSY'; busy: boolean }
  | { type: 'INTERRUPT' }

/** How many lines may wait. A paste of a whole script is enough. */
export const QUEUE_MAX = 1000

export const terminalMachine = setup({
  types: {
    context: {} as TerminalContext,
    events: {} as TerminalEvent,
    input: {} as { host: string },
    tags: {} as 'busy' | 'stuck',
  },
  actors: {
    /** Runs a line; answers whether its program is still running. */
    exec: fromPromise<{ busy: boolean }, Line & { host: string }>(() => Promise.resolve({ busy: false })),
    interrupt: fromPromise<void, { host: string }>(() => Promise.resolve()),
  },
  delays: {
    /** A program that has not ended by then waits for packets: the terminal says how to go on. */
    hint: 1200,
    /** How long Ctrl-C may take before the prompt comes back all the same. */
    patience: 2000,
  },
  guards: {
    stillBusy: (_, params: { busy: boolean }) => params.busy,
    more: ({ context }) => context.queue.length > 0,
    idle: ({ event }) => event.type === 'BUSY' && !event.busy,
    taken: ({ event }) => event.type === 'BUSY' && event.busy,
  },
  actions: {
    take: assign({
      current: ({ event, context }) => (event.type === 'SUBMIT' ? lineOf(event) : context.current),
    }),
    wait: assign({
      queue: ({ event, context }) =>
        event.type === 'SUBMIT' && context.queue.length < QUEUE_MAX
          ? [...context.queue, lineOf(event)]
          : context.queue,
    }),
    next: assign({
      current: ({ context }) => context.queue[0] ?? null,
      queue: ({ context }) => context.queue.slice(1),
    }),
    forget: assign({ current: null, queue: [] }),
  },
}).createMachine({
  id: 'terminal',
  context: ({ input }) => ({ host: input.host, current: null, queue: [] }),
  initial: 'prompt',
  states: {
    prompt: {
      entry: assign({ current: null }),
      on: {
        SUBMIT: { target: 'running', actions: 'take' },
        // A program that was not started here: the reader went to a moment at which it runs.
        BUSY: { guard: 'taken', target: 'running.waiting' },
      },
    },
    running: {
      tags: 'busy',
      initial: 'sending',
      on: {
        SUBMIT: { actions: 'wait' },
        INTERRUPT: { target: 'interrupted', actions: 'forget' },
      },
      states: {
        sending: {
          invoke: {
            src: 'exec',
            input: ({ context }) => ({ host: context.host, line: '', ...context.current }),
            onDone: [
              { guard: { type: 'stillBusy', params: ({ event }) => event.output }, target: 'waiting' },
              { target: 'ended' },
            ],
            onError: 'ended',
          },
        },
        waiting: {
          on: { BUSY: { guard: 'idle', target: 'ended' } },
          after: { hint: 'stuck' },
        },
        stuck: {
          tags: 'stuck',
          on: { BUSY: { guard: 'idle', target: 'ended' } },
        },
        ended: {
          always: [{ guard: 'more', target: 'sending', actions: 'next' }, { target: '#terminal.prompt' }],
        },
      },
    },
    interrupted: {
      tags: 'busy',
      invoke: {
        src: 'interrupt',
        input: ({ context }) => ({ host: context.host }),
        onDone: 'running.ended',
        onError: 'running.ended',
      },
      on: { SUBMIT: { actions: 'wait' } },
      after: { patience: 'running.ended' },
    },
  },
})

function lineOf({ line, by, turn }: Line): Line {
  return { line, ...(by !== undefined && { by }), ...(turn !== undefined && { turn }) }
}
