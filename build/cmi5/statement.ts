/** A statement as cmi5 wants it: with its actor, and with all that the platform has said about this launch. */
import type { Statement } from '../../src/lesson/statement.ts'
import type { Launch, LaunchData } from './launch.ts'

const CATEGORY = 'https://w3id.org/xapi/cmi5/context/categories/'
const MASTERY = 'https://w3id.org/xapi/cmi5/context/extensions/masteryscore'

type Activities = Record<string, unknown>

/**
 * `own`: our name of what was launched; the platform has one of its own. `defined`: the statement is one of those that cmi5
 * counts by; others it lets pass. What the platform's template says is never written over.
 */
export function launched(
  said: Statement,
  launch: Launch,
  data: LaunchData,
  { own, defined }: { own: string; defined: boolean },
): object {
  const { contextTemplate: template, masteryScore } = data
  const judged = said.result?.score !== undefined
  const moves = said.result?.completion !== undefined || said.result?.success !== undefined
  const category = [activity(`${CATEGORY}cmi5`), ...(moves ? [activity(`${CATEGORY}moveon`)] : [])]
  const named = <T extends { id: string }>(one: T): T =>
    one.id === own ? { ...one, id: launch.activityId } : one
  const { parent } = said.context.contextActivities ?? {}
  return {
    ...said,
    actor: launch.actor,
    object: named(said.object),
    context: {
      ...said.context,
      ...template,
      registration: launch.registration,
      contextActivities: merged(
        { ...(defined && { category }), ...(parent !== undefined && { parent: parent.map(named) }) },
        template.contextActivities ?? {},
      ),
      extensions: {
        ...(defined && judged && masteryScore !== undefined && { [MASTERY]: masteryScore }),
        ...template.extensions,
      },
    },
  }
}

function activity(id: string): object {
  return { objectType: 'Activity', id }
}

/** One list of each kind, the template's first. (One alone may stand there without a list.) */
function merged(ours: Activities, template: Activities): Activities {
  const list = (of: unknown): unknown[] => (of === undefined ? [] : Array.isArray(of) ? of : [of])
  const kinds = new Set([...Object.keys(template), ...Object.keys(ours)])
  return Object.fromEntries([...kinds].map((kind) => [kind, [...list(template[kind]), ...list(ours[kind])]]))
}
