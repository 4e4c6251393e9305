/** What the source says of itself: the `Linux:` and `Left out:` of its docstrings. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LeftOut } from './card.ts'

export interface Docstring {
  /** The declaration below it, '' for the head of a file. */
  name: string
  linux: string
  leftOut: string
}

const ROOT = new URL('../../', import.meta.url)

export function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8')
}

/** Files below a folder of the project, as paths from its root. */
export function list(folder: string, ends: string): string[] {
  return readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith(ends))
    .sort()
}

export function docstringsOf(source: string): Docstring[] {
  return [...source.matchAll(/\/\*\*([^]*?)\*\/\s*(.*)/g)].map(([, comment, next]) => {
    const text = comment.replace(/\n\s*\*/g, '\n').trim()
    return {
      name: /^(?:export )?(?:const|function|interface|class) (\w+)/.exec(next)?.[1] ?? '',
      linux: part(text, /(?:^|\s)Linux: /),
      leftOut: part(text, /(?:^|\s)Left out(?: of -v)?: /),
    }
  })
}

/** What follows a label: up to the next label, or to the end of the paragraph. */
function part(text: string, label: RegExp): string {
  const at = label.exec(text)
  if (at === null) return ''
  const rest = text.slice(at.index + at[0].length)
  const end = /\n\s*\n|(?:\n\s*|[.;]\s+)(?:Left out(?: of -v)?|Linux|iptables): /.exec(rest)
  return (end === null ? rest : rest.slice(0, end.index)).replace(/\s+/g, ' ').trim().replace(/[.;]$/, '')
}

/** Everything that the kernel and the programs say is left out, each thing once. */
export function leftOuts(): LeftOut[] {
  const all = [
    ...list('src/kernel', '.ts'),
    ...list('src/userspace', '.ts'),
    ...list('src/wire', '.ts'),
  ].flatMap((file) =>
    docstringsOf(read(file))
      .filter((doc) => doc.leftOut !== '')
      .map((doc) => ({ file: file.slice('src/'.length), text: doc.leftOut })),
  )
  return all.filter((one, i) => i === all.findIndex((o) => o.file === one.file && o.text === one.text))
}

/** Where in Linux: what the docstring of a declaration says, or that at the head of the file. */
export function linuxOf(file: string, name = ''): string {
  const docs = docstringsOf(read(`src/${file}`))
  const head = docs.slice(0, 1).find((doc) => doc.name === '')?.linux ?? ''
  if (name === '') return head
  const own = docs.find((doc) => doc.name === name)?.linux ?? head
  // A function alone is one of the file that the head names.
  const path = /^\S+\.c\b/.exec(head)?.[0]
  return own !== '' && !own.includes('/') && path !== undefined ? `${path} ${own}` : own
}
