/**
 * The platform's record store, spoken to by xAPI: a token is fetched, documents are read and written, statements are sent in
 * their order. What could not be sent is sent again, with the same name, so that it counts once.
 */
import type { Launch } from './launch.ts'

const VERSION = '1.0.3'
const PATIENCE_MS = 15_000
const AGAIN_MS = 2000
/** So many statements go at once: a browser lets a request that may outlive its page have 64 KiB. */
const AT_ONCE = 20
/** Tries in a row that may fail before it is said that nothing is kept any more. */
const TRIES = 5

export type Fetch = typeof fetch

export class Records {
  private readonly launch: Launch
  private readonly token: string
  private readonly ask: Fetch
  private readonly waiting: object[] = []
  private sending: Promise<void> | null = null
  private failed = 0
  private ended = false

  private constructor(launch: Launch, token: string, ask: Fetch) {
    this.launch = launch
    this.token = token
    this.ask = ask
  }

  /** Null: there is no token, or there is none any more. */
  static async open(launch: Launch, ask: Fetch): Promise<Records | null> {
    try {
      const answer = await ask(launch.fetch, { method: 'POST', signal: AbortSignal.timeout(PATIENCE_MS) })
      const said = (await answer.json()) as Record<string, unknown> | null
      const token = said?.['auth-token']
      return answer.ok && typeof token === 'string' ? new Records(launch, token, ask) : null
    } catch {
      return null
    }
  }

  /** Whether statements still arrive. */
  get works(): boolean {
    return this.failed < TRIES && !this.ended
  }

  /** What the platform, or we, have written down for this learner; null: nothing, or it cannot be read. */
  read(document: string): Promise<unknown> {
    return this.get(`activities/state?${this.about(document)}`)
  }

  /** The same, of a document that may not be there yet: asked for in vain, a browser would complain of it. */
  async readIfThere(document: string): Promise<unknown> {
    const all = await this.get(`activities/state?${this.about()}`)
    return Array.isArray(all) && all.includes(document) ? this.read(document) : null
  }

  /** What the learner has said about herself, to all that she learns with. */
  profile(document: string): Promise<unknown> {
    const agent = JSON.stringify(this.launch.actor)
    return this.get(`agents/profile?${new URLSearchParams({ agent, profileId: document }).toString()}`)
  }

  /** Written over whatever is there. It may be the last that the page does. */
  write(document: string, value: object): void {
    this.call(`activities/state?${this.about(document)}`, 'PUT', value).catch(() => undefined)
  }

  /** Sent when the ones before have been. */
  send(statement: object): void {
    if (this.ended) return
    this.waiting.push(statement)
    this.sending ??= this.empty().finally(() => (this.sending = null))
  }

  /** The last one, with all that still wait: at once, for the page goes. */
  async end(statement: object): Promise<void> {
    if (this.ended) return
    this.ended = true
    const last = [...this.waiting.splice(0), statement]
    await this.call('statements', 'POST', last).catch(() => undefined)
  }

  private async empty(): Promise<void> {
    while (this.waiting.length > 0 && !this.ended) {
      const some = this.waiting.slice(0, AT_ONCE)
      try {
        const { status } = await this.call('statements', 'POST', some)
        // What is not wanted will not be wanted later; and what is there already (409) is there.
        if (status >= 500 || status === 429) throw new Error(`${status}`)
        this.failed = status < 400 || status === 409 ? 0 : TRIES
        this.waiting.splice(0, some.length)
      } catch {
        this.failed++
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }

  private about(stateId?: string): string {
    const { activityId, actor, registration } = this.launch
    const words = {
      activityId,
      agent: JSON.stringify(actor),
      registration,
      ...(stateId !== undefined && { stateId }),
    }
    return new URLSearchParams(words).toString()
  }

  private async get(resource: string): Promise<unknown> {
    try {
      const answer = await this.call(resource, 'GET')
      return answer.ok ? ((await answer.json()) as unknown) : null
    } catch {
      return null
    }
  }

  private call(resource: string, method: string, body?: object): Promise<Response> {
    return this.ask(this.launch.endpoint + resource, {
      method,
      // The page may be gone before the answer comes.
      keepalive: method !== 'GET',
      headers: {
        Authorization: `Basic ${this.token}`,
        'X-Experience-API-Version': VERSION,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? { signal: AbortSignal.timeout(PATIENCE_MS) } : { body: JSON.stringify(body) }),
    })
  }
}
