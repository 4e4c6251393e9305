/** What a launch by cmi5 says in the address, and what the platform has written down for it. */
import * as v from 'valibot'

/** The five words of the address. */
export interface Launch {
  /** Where xAPI is spoken, with a slash at its end. */
  endpoint: string
  /** Gives the token away, once. */
  fetch: string
  /** As it was said; it is sent back as it is. */
  actor: Readonly<Record<string, unknown>>
  registration: string
  activityId: string
}

const address = v.pipe(
  v.string(),
  v.url(),
  v.check((url) => /^https?:/i.test(url), 'http or https'),
)

const agent = v.looseObject({ account: v.looseObject({ homePage: v.string(), name: v.string() }) })
/** It is looked at and not copied: who compares texts finds again what she has sent. */
const isAgent = (said: unknown): boolean => v.is(agent, said)

const launchSchema = v.object({
  endpoint: v.pipe(
    address,
    v.transform((url) => (url.endsWith('/') ? url : `${url}/`)),
  ),
  fetch: address,
  actor: v.pipe(v.string(), v.parseJson(), v.custom<Launch['actor']>(isAgent, 'an agent with an account')),
  registration: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)),
  activityId: v.pipe(v.string(), v.minLength(1)),
})

/** Null: the page was not launched by a platform, or not by cmi5's rules. */
export function launchOf(query: string): Launch | null {
  const read = v.safeParse(launchSchema, Object.fromEntries(new URLSearchParams(query)))
  return read.success ? read.output : null
}

/** Whether somebody has tried to launch it: then it is said when that did not work. */
export function isLaunched(query: string): boolean {
  const said = new URLSearchParams(query)
  return said.has('endpoint') || said.has('fetch')
}

/** Whom the page may talk to: the two that the launch has named, and nobody when there is none. */
export function mayTalkTo(launch: Launch | null): string {
  if (launch === null) return "connect-src 'none'"
  const origins = new Set([launch.endpoint, launch.fetch].map((url) => new URL(url).origin))
  return `connect-src ${[...origins].join(' ')}`
}

/** The document `LMS.LaunchData`: what of it is heeded here. */
const dataSchema = v.object({
  contextTemplate: v.optional(
    v.looseObject({
      contextActivities: v.optional(v.record(v.string(), v.unknown())),
      extensions: v.optional(v.record(v.string(), v.unknown())),
    }),
    {},
  ),
  launchMode: v.optional(v.picklist(['Normal', 'Browse', 'Review']), 'Normal'),
  masteryScore: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  returnURL: v.optional(address),
})
export type LaunchData = v.InferOutput<typeof dataSchema>

/** Null: it is none. */
export function launchDataOf(document: unknown): LaunchData | null {
  const read = v.safeParse(dataSchema, document)
  return read.success ? read.output : null
}

/** Of the learner's languages the first that the lab has, null: none. */
export function languageOf(preferences: unknown): 'en' | 'zh' | null {
  const read = v.safeParse(v.object({ languagePreference: v.string() }), preferences)
  if (!read.success) return null
  const tags = read.output.languagePreference.split(',').map((tag) => tag.trim().slice(0, 2).toLowerCase())
  return tags.find((tag): tag is 'en' | 'zh' => tag === 'en' || tag === 'zh') ?? null
}
