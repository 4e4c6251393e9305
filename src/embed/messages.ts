/**
 * The words between a page and a lab in its frame. First two messages over windows, then everything over a port:
 *
 *     lab  -> page   { type: HELLO, protocol, nonce }            to the origin that the address names, and no other
 *     page -> lab    { type: CONNECT, protocol, nonce }, [port]  from that origin; the nonce comes back
 *     lab  -> page   Event …                                     over the port
 *     page -> lab    Call … , each answered by a Reply
 *
 * Everything is plain data: no more than MESSAGE_MAX characters, RATE_MAX messages a second.
 */
export const PROTOCOL = 1
/** The page that is made for frames: beside the script of the element. */
export const DOCUMENT = './embed.html'
export const HELLO = 'netfilter-lab:hello'
export const CONNECT = 'netfilter-lab:connect'
/** Told to every parent, without a handshake: `{ type: HEIGHT, height }`, CSS pixels. It says nothing else. */
export const HEIGHT = 'netfilter-lab:height'
export const MESSAGE_MAX = 65_536
export const RATE_MAX = 50

export const METHODS = [
  'load',
  'exec',
  'run',
  'step',
  'back',
  'play',
  'pause',
  'seek',
  'reset',
  'getState',
  'setState',
  'setLang',
  'setTheme',
] as const
export type Method = (typeof METHODS)[number]

export const EVENTS = [
  'ready',
  'step',
  'packet',
  'drop',
  'check',
  'stepcomplete',
  'lessoncomplete',
  'navigate',
  'resize',
  'error',
] as const
export type EventName = (typeof EVENTS)[number]

export interface Hello {
  type: typeof HELLO
  protocol: number
  nonce: string
}

export interface Connect {
  type: typeof CONNECT
  protocol: number
  nonce: string
}

/** `id` comes back with the reply. */
export interface Call {
  id: number
  method: Method
  args: unknown
}

export type Reply = { id: number; ok: true; result: unknown } | { id: number; ok: false; error: Problem }

export interface Event {
  event: EventName
  detail: unknown
  /** So many were not told since the one before, because there were too many. */
  missed?: number
}

export interface Problem {
  code: ProblemCode
  message: string
}

export type ProblemCode =
  'bad-message' | 'too-large' | 'too-many' | 'bad-args' | 'bad-state' | 'unknown' | 'failed' | 'timeout'

/** What `play`, `pause`, `step`, `back` and `seek` answer, and the event `step` tells. */
export interface Moment {
  position: number
  end: number
  /** Microseconds of lab time. */
  time: number
  playing: boolean
}
