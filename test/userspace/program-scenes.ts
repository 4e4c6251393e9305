/** The lines of program-lines.txt, by scene. */
import { readFileSync } from 'node:fs'

export interface Scene {
  name: string
  lines: { host: string; line: string }[]
}

/** What the real program printed. */
export interface RecordedLine {
  scene: string
  host: string
  line: string
  stdout: string
  stderr: string
  status: number
}

export function scenes(): Scene[] {
  const found: Scene[] = []
  for (const text of readFileSync(new URL('program-lines.txt', import.meta.url), 'utf8').split('\n')) {
    if (text.startsWith('## ')) found.push({ name: text.slice(3), lines: [] })
    const m = /^(\w+)\$ (.*)$/.exec(text)
    if (m) found.at(-1)?.lines.push({ host: m[1], line: m[2] })
  }
  return found
}
