/**
 * Who may speak to the lab. One page: the parent, from the origin that the address names, that answers our hello with its
 * nonce. What comes over its port is counted, measured and read by a schema before anything is done.
 */
import * as v from 'valibot'
import {
  HELLO,
  MESSAGE_MAX,
  PROTOCOL,
  RATE_MAX,
  type Hello,
  type Method,
  type Problem,
  type Reply,
} from '../../embed/messages.ts'
import { NotPlain, plain } from './plain.ts'
import { ARGS, callSchema, connectSchema, type Args } from './schema.ts'

/** What of a message event counts here. */
export interface Heard<Port> {
  source: unknown
  origin: string
  data: unknown
  ports: readonly Port[]
}

export class Door<Port> {
  readonly hello: Hello
  private readonly parent: unknown
  private readonly origin: string
  private open = false

  constructor(parent: unknown, origin: string, nonce: string) {
    this.parent = parent
    this.origin = origin
    this.hello = { type: HELLO, protocol: PROTOCOL, nonce }
  }

  /** The port of whoever may speak from now on; null: this was not the one, or there is one already. */
  hear({ source, origin, data, ports }: Heard<Port>): Port | null {
    if (this.open || source !== this.parent || origin !== this.origin || ports.length !== 1) return null
    const said = v.safeParse(connectSchema, copied(data, 200))
    if (!said.success || said.output.nonce !== this.hello.nonce) return null
    this.open = true
    return ports[0]
  }
}

/** Lets so many pass in a second, at once or one after the other. `now` in ms. */
export class Meter {
  private readonly rate: number
  private left: number
  private since: number

  constructor(rate: number, now: number) {
    this.rate = rate
    this.left = rate
    this.since = now
  }

  pass(now: number): boolean {
    this.left = Math.min(this.rate, this.left + (Math.max(0, now - this.since) / 1000) * this.rate)
    this.since = now
    if (this.left < 1) return false
    this.left--
    return true
  }
}

/** What the methods do: calls.ts. */
export type Methods = { [M in Method]: (args: Args[M]) => Promise<unknown> }

/** Something that a method cannot do, with a name for it. */
export class Refused extends Error {
  readonly code: Problem['code']

  constructor(code: Problem['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** The lab's end of the port: a message in, a reply out. Null: not even that, because there are too many. */
export class Receiver {
  private readonly methods: Methods
  private readonly now: () => number
  private readonly meter: Meter
  private readonly complaints: Meter

  constructor(methods: Methods, now: () => number) {
    this.methods = methods
    this.now = now
    this.meter = new Meter(RATE_MAX, now())
    this.complaints = new Meter(1, now())
  }

  async hear(data: unknown): Promise<Reply | null> {
    const now = this.now()
    // Of too many messages only the first in a second is answered: a flood is not to have an echo.
    if (!this.meter.pass(now))
      return this.complaints.pass(now) ? no(0, 'too-many', `more than ${RATE_MAX} in a second`) : null
    let id = 0
    try {
      const call = v.safeParse(callSchema, plain(data, MESSAGE_MAX))
      if (!call.success) return no(id, 'bad-message', said(call.issues))
      id = call.output.id
      const { method } = call.output
      if (!isMethod(method)) return no(id, 'unknown', method)
      const args = v.safeParse(ARGS[method], call.output.args)
      if (!args.success) return no(id, 'bad-args', said(args.issues))
      const does = this.methods[method] as (args: unknown) => Promise<unknown>
      return { id, ok: true, result: (await does(args.output)) ?? null }
    } catch (error) {
      if (error instanceof NotPlain || error instanceof Refused) return no(id, error.code, error.message)
      return no(id, 'failed', error instanceof Error ? error.message : '')
    }
  }
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(ARGS, name)
}

function no(id: number, code: Problem['code'], message: string): Reply {
  return { id, ok: false, error: { code, message } }
}

function said(issues: readonly v.BaseIssue<unknown>[]): string {
  const [{ message, path }] = issues
  const where = path?.map(({ key }) => String(key)).join('.') ?? ''
  return `${where === '' ? '' : `${where}: `}${message}`.slice(0, 200)
}

function copied(data: unknown, most: number): unknown {
  try {
    return plain(data, most)
  } catch {
    return undefined
  }
}
