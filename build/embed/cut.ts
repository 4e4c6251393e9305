import { hashOf } from './hash.ts'
import { pack, unpack, type Packed } from './pack.ts'

/** The part of the one file that is read before all others. */
export const FIRST = 'first'

/** The part of the one file that has the lessons (files.ts). */
export const LESSONS = 'lessons'

/** The line of that part with which a lesson begins. */
export const headOf = (lesson: string): string => `//lesson ${lesson}\n`

/** The whole lab as one file (plugin.ts) with some of its lessons only: what a lesson needs beside itself is all there. */
export function cut(html: string, lessons: readonly string[]): string {
  const [, , first] = partOf(html, FIRST)
  const [whole, before, packed] = partOf(html, LESSONS)
  const { known } = unpack(first, null)
  const script = unpack(packed, known).text.replace('\0', '')
  const [, ...split] = script.split(/^\/\/lesson (.+)\n/m)
  const codes = new Map(split.flatMap((id, i) => (i % 2 === 0 ? [[id, split[i + 1]]] : [])))
  const kept = lessons
    .map((id) => {
      const code = codes.get(id)
      if (code === undefined) throw new Error(`netfilter-lab.html has no lesson ${id}`)
      return headOf(id) + code
    })
    .join('')
  const { bytes, size, letters } = pack(`\0${kept}`, known).packed
  return html
    .replace(whole, () => `${before}data-bytes="${bytes}" data-size="${size}">${letters}<`)
    .replace(hashOf(script), hashOf(kept))
    .replace(' data-page="file"', ` data-page="file" data-lessons="${lessons.join(' ')}"`)
}

/** A part of the page: all of it, how it begins, and what it holds. */
function partOf(html: string, name: string): [whole: string, before: string, packed: Packed] {
  const part = new RegExp(`(id="part-${name}" )data-bytes="(\\d+)" data-size="(\\d+)">([^<]*)<`).exec(html)
  if (part === null) throw new Error(`netfilter-lab.html has no ${name}`)
  const [whole, before, bytes, size, letters] = part
  return [whole, before, { letters, bytes: Number(bytes), size: Number(size) }]
}
