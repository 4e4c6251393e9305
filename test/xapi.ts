/** The shape of a statement, as xAPI 1.0.3 has it (Data, 2.2 to 2.4): what a record store would refuse is refused here. */
import * as v from 'valibot'

const iri = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9+.-]*:\S+$/i))
const uuid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i),
)
const languages = v.record(v.pipe(v.string(), v.regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$/)), v.string())
const extensions = v.record(iri, v.unknown())

const activity = v.strictObject({
  objectType: v.optional(v.literal('Activity')),
  id: iri,
  definition: v.optional(
    v.strictObject({
      name: v.optional(languages),
      description: v.optional(languages),
      type: v.optional(iri),
      moreInfo: v.optional(v.pipe(v.string(), v.url())),
      extensions: v.optional(extensions),
    }),
  ),
})

const score = v.pipe(
  v.strictObject({
    scaled: v.optional(v.pipe(v.number(), v.minValue(-1), v.maxValue(1))),
    raw: v.optional(v.number()),
    min: v.optional(v.number()),
    max: v.optional(v.number()),
  }),
  v.check(({ min, max }) => min === undefined || max === undefined || min < max, 'min is below max'),
  v.check(
    ({ raw, min = -Infinity, max = Infinity }) => raw === undefined || (raw >= min && raw <= max),
    'raw',
  ),
)

const statement = {
  id: uuid,
  verb: v.strictObject({ id: iri, display: v.optional(languages) }),
  object: activity,
  result: v.optional(
    v.strictObject({
      score: v.optional(score),
      success: v.optional(v.boolean()),
      completion: v.optional(v.boolean()),
      duration: v.optional(
        v.pipe(v.string(), v.regex(/^P(?!$)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/)),
      ),
      extensions: v.optional(extensions),
    }),
  ),
  context: v.strictObject({
    registration: v.optional(uuid),
    platform: v.optional(v.string()),
    language: v.optional(v.string()),
    contextActivities: v.optional(
      v.record(v.picklist(['parent', 'grouping', 'category', 'other']), v.array(activity)),
    ),
    extensions: v.optional(extensions),
  }),
  timestamp: v.pipe(v.string(), v.isoTimestamp()),
}

/** As the page tells it: who did it is added by whoever sends it. */
export const withoutActor = v.strictObject(statement)
/** As it is sent: by a learner who has an account. */
export const withActor = v.strictObject({
  ...statement,
  actor: v.strictObject({
    objectType: v.optional(v.literal('Agent')),
    name: v.optional(v.string()),
    account: v.strictObject({ homePage: v.pipe(v.string(), v.url()), name: v.string() }),
  }),
})
export type Sent = v.InferOutput<typeof withActor>
