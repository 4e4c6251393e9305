import { hashOf } from './hash.ts'
import { pack, unpack } from './pack.ts'

/** The part of the one file that has the lessons (files.ts). */
export const LESSONS = 'lessons'

/** The line of that part with which a lesson begins. */
export const headOf = (lesson: string): string => `//lesson ${lesson}\n`

/** The whole lab as one file (plugin.ts) with some of its lessons only: what a lesson needs beside itself is all there. */
export function cut(html: string, lessons: readonly string[]): string {
  const part = new RegExp(`(id="script-${LESSONS}" data-bytes=")(\\d+)">([^<]*)<`).exec(html)
  if (part === null) throw new Error('netfilter-lab.html has no lessons')
  const [whole, before, bytes, letters] = part
  const script = unpack({ letters, bytes: Number(bytes) })
  const [, ...split] = script.split(/^\/\/lesson (.+)\n/m)
  const codes = new Map(split.flatMap((id, i) => (i % 2 === 0 ? [[id, split[i + 1]]] : [])))
  const kept = lessons.map((id) => {
    const code = codes.get(id)
    if (code === undefined) throw new Error(`netfilter-lab.html has no lesson ${id}`)
    return headOf(id) + code
  })
  const packed = pack(kept.join(''))
  return html
    .replace(whole, () => `${before}${packed.bytes}">${packed.letters}<`)
    .replace(hashOf(script), hashOf(kept.join('')))
    .replace(' data-page="file"', ` data-page="file" data-lessons="${lessons.join(' ')}"`)
}
