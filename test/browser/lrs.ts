/**
 * A small platform that launches by cmi5: it writes down the launch, gives each a token for once, and is the record store, as
 * much of xAPI 1.0.3 as a launched page speaks. It stands on another origin than the page, and refuses what xAPI or cmi5
 * would not have (test/xapi.ts, test/cmi5-rules.ts).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as v from 'valibot'
import { idOf } from '../../src/lesson/statement.ts'
import { brokenBy, SESSION, type Launched } from '../cmi5-rules.ts'
import { withActor, type Sent } from '../xapi.ts'

const ACTIVITY = 'https://school.example/au/7'
const ACTOR = { objectType: 'Agent', account: { homePage: 'https://school.example', name: 'ada' } }

/** From a launch to its last statement. */
interface Session {
  token: string
  launched: Launched
  statements: Sent[]
  /** What the page has asked for before it said anything. */
  read: Set<string>
}

export interface Lrs {
  origin: string
  /** In the order in which they came. */
  statements: Sent[]
  /** What was refused, and why. */
  refused: string[]
  /** Documents of the learner's state, by name. */
  state: Map<string, unknown>
  /**
   * The query of a launch, with a token that is good for once. `lesson`: what is launched; `registration`: a UUID, one for a
   * learner in a course.
   */
  launch(lesson: string, registration: string, wish?: Partial<Launched['data']>): string
  close(): void
}

export async function lrs(): Promise<Lrs> {
  /** By what fetches their tokens, and by their tokens. */
  const [fresh, open] = [new Map<string, Session>(), new Map<string, Session>()]
  let launches = 0
  const made: Omit<Lrs, 'origin' | 'launch' | 'close'> = { statements: [], refused: [], state: new Map() }

  /** What of these statements may not be said; else they are written down. */
  const take = (session: Session, sent: readonly Sent[]): string[] => {
    const known = new Set(made.statements.map(({ id }) => id))
    for (const one of sent.filter(({ id }) => !known.has(id))) {
      const before = made.statements.filter(
        (said) =>
          said.context.registration === session.launched.registration && !session.statements.includes(said),
      )
      const broken = brokenBy(one, session.statements, before, session.launched)
      for (const document of ['LMS.LaunchData', 'cmi5LearnerPreferences'])
        if (!session.read.has(document)) broken.push(`10, 11: ${document} was not read first`)
      if (broken.length > 0) return broken
      session.statements.push(one)
      made.statements.push(one)
    }
    return []
  }

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
      if (request.method !== 'POST') return refuse('8.2.1: a token is fetched by POST')
      const session = fresh.get(url.search)
      if (session === undefined)
        return say(200, { 'error-code': '1', 'error-text': 'This token was given away.' })
      fresh.delete(url.search)
      open.set(`Basic ${session.token}`, session)
      return say(200, { 'auth-token': session.token })
    }
    const session = open.get(request.headers.authorization ?? '')
    if (session === undefined) return refuse('8.2.2: no token')
    if (request.headers['x-experience-api-version'] !== '1.0.3') return refuse('no version')
    if (url.pathname === '/xapi/statements' && request.method === 'POST') {
      const read = v.safeParse(v.array(withActor), body)
      if (!read.success) return refuse(JSON.stringify(v.flatten(read.issues)))
      const broken = take(session, read.output)
      if (broken.length > 0) return refuse(broken.join('; '))
      return say(
        200,
        read.output.map(({ id }) => id),
      )
    }
    const about = (name: string): string | null => url.searchParams.get(name)
    if (about('agent') !== JSON.stringify(ACTOR)) return refuse('8.1.3: not about who was launched')
    if (url.pathname === '/xapi/agents/profile') {
      session.read.add(about('profileId') ?? '')
      return say(200, { languagePreference: 'en-GB,zh', audioPreference: 'off' })
    }
    if (
      url.pathname !== '/xapi/activities/state' ||
      about('activityId') !== ACTIVITY ||
      about('registration') !== session.launched.registration
    )
      return refuse('10.1: not of this launch')
    const name = about('stateId')
    if (name === null) return say(200, [...made.state.keys()])
    if (request.method === 'GET') {
      session.read.add(name)
      return say(made.state.has(name) ? 200 : 404, made.state.get(name))
    }
    if (name === 'LMS.LaunchData') return refuse('10.2.1: that is the platform’s')
    made.state.set(name, body)
    say(204)
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ...made,
    origin,
    launch: (lesson, registration, wish = {}) => {
      const query = `?k=${++launches}`
      const data: Launched['data'] = {
        contextTemplate: {
          contextActivities: { grouping: [{ id: idOf(lesson) }] },
          extensions: { [SESSION]: `session ${launches}` },
        },
        launchMode: 'Normal',
        moveOn: 'CompletedOrPassed',
        ...wish,
      }
      const launched = { activityId: ACTIVITY, actor: ACTOR, registration, data }
      const token = Buffer.from(`lab:${launches}`).toString('base64')
      fresh.set(query, { token, launched, statements: [], read: new Set() })
      made.state.set('LMS.LaunchData', data)
      return new URLSearchParams({
        lesson,
        endpoint: `${origin}/xapi/`,
        fetch: `${origin}/token${query}`,
        actor: JSON.stringify(ACTOR),
        registration,
        activityId: ACTIVITY,
      }).toString()
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
