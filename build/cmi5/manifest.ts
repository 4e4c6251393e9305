/** cmi5.xml: what a platform reads of a package. Each lesson is something that can be launched by itself. */
import { el, render, type Element } from '../print/tree.ts'
import { idOf } from '../../src/lesson/statement.ts'
import type { Subject } from '../scorm/state.ts'

const SPACE = 'https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd'
const TAGS: Readonly<Record<string, string>> = { en: 'en', zh: 'zh-Hans' }

export function courseStructure(subject: Subject): string {
  const words = (name: string, text: string): Element =>
    el(name, {}, el('langstring', { lang: TAGS[subject.lang] ?? subject.lang }, text))
  const root = el(
    'courseStructure',
    { xmlns: SPACE },
    el(
      'course',
      { id: `${idOf(null)}:${subject.id}` },
      words('title', subject.title),
      words('description', subject.lessons.length === 1 ? subject.lessons[0].about : subject.title),
    ),
    subject.lessons.map(({ id, title, about }) =>
      el(
        'au',
        {
          id: idOf(id),
          moveOn: 'CompletedOrPassed',
          launchMethod: 'AnyWindow',
          activityType: 'http://adlnet.gov/expapi/activities/lesson',
        },
        words('title', title),
        words('description', about),
        el('url', {}, `index.html?lesson=${id}`),
      ),
    ),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root)}\n`
}
