/**
 * A small platform that launches by cmi5: its record store, as much of xAPI as a launched page speaks, and the tokens. It
 * stands on another origin than the page, and refuses what xAPI 1.0.3 would not have.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as v from 'valibot'
import { withActor, type Sent } from '../xapi.ts'

const TOKEN = 'bGFiOnNlY3JldA=='
const ACTIVITY = 'https://school.example/au/7'
const ACTOR = { objectType: 'Agent', account: { homePage: 'https://school.example', name: 'ada' } }

export interface Lrs {
  origin: string
  /** In the order in which they came. */
  statements: Sent[]
  /** What was refused, and why. */
  refused: string[]
  /** Documents of the learner's state, by name. */
  state: Map<string, unknown>
  /** The five words of a launch, with a token that is good for once. */
  launch(): string
  close(): void
}

export async function lrs(): Promise<Lrs> {
  const fresh = new Set<string>()
  let launches = 0
  const made: Omit<Lrs, 'origin' | 'launch' | 'close'> = { statements: [], refused: [], state: new Map() }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://lrs')
    const say = (status: number, body?: unknown): void => {
      response
        .writeHead(status, {
          'content-type': 'application/json',
          'access-control-allow-origin': '*',
          'access-control-allow-headers': 'authorization, content-type, x-experience-api-version',
          'access-control-allow-methods': 'GET, PUT, POST',
        })
        .end(body === undefined ? '' : JSON.stringify(body))
    }
    const refuse = (why: string): void => {
      made.refused.push(`${request.method} ${url.pathname}: ${why}`)
      say(400, why)
    }
    const text = await new Promise<string>((resolve) => {
      let all = ''
      request.on('data', (some: Buffer) => (all += some.toString()))
      request.on('end', () => resolve(all))
    })
    const body = text === '' ? undefined : (JSON.parse(text) as unknown)
    if (request.method === 'OPTIONS') return say(204)
    if (url.pathname === '/token') {
      if (request.method === 'POST' && fresh.delete(url.search)) return say(200, { 'auth-token': TOKEN })
      return say(200, { 'error-code': '1', 'error-text': 'This token was given away.' })
    }
    if (request.headers.authorization !== `Basic ${TOKEN}`) return refuse('no token')
    if (request.headers['x-experience-api-version'] !== '1.0.3') return refuse('no version')
    if (url.pathname === '/xapi/statements' && request.method === 'POST') {
      const read = v.safeParse(v.array(withActor), body)
      if (!read.success) return refuse(JSON.stringify(v.flatten(read.issues)))
      const known = new Set(made.statements.map(({ id }) => id))
      made.statements.push(...read.output.filter(({ id }) => !known.has(id)))
      return say(
        200,
        read.output.map(({ id }) => id),
      )
    }
    if (url.pathname === '/xapi/agents/profile') return say(200, { languagePreference: 'en-GB,zh' })
    if (url.pathname !== '/xapi/activities/state' || url.searchParams.get('activityId') !== ACTIVITY)
      return refuse('not of this store')
    const name = url.searchParams.get('stateId')
    if (name === null) return say(200, [...made.state.keys()])
    if (request.method === 'GET') return say(made.state.has(name) ? 200 : 404, made.state.get(name))
    if (name === 'LMS.LaunchData') return refuse('that is the platform’s')
    made.state.set(name, body)
    say(204)
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ...made,
    origin,
    launch: () => {
      const token = `?k=${++launches}`
      fresh.add(token)
      return new URLSearchParams({
        endpoint: `${origin}/xapi/`,
        fetch: `${origin}/token${token}`,
        actor: JSON.stringify(ACTOR),
        registration: '760e3480-ba55-4991-94b0-01820dbd23a2',
        activityId: ACTIVITY,
      }).toString()
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
