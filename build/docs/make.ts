/**
 * Collects the docstrings that explain a step of a packet: of each Linux function that a station, a drop or another event
 * of the trace names, and of each target and match. A docstring belongs to a function when the declaration below it has
 * the function's name, or when its `Linux:` names the function.
 */
import { periods } from '../../src/kernel/period.ts'
import '../../src/kernel/article.ts'
import { list, read } from '../card/source.ts'
import type { Doc, Docs } from './docs.ts'

interface Found extends Doc {
  /** The declaration below it; '' for the head of a file. */
  name: string
  exported: boolean
}

const FOLDERS = ['src/kernel', 'src/lab'] as const
/** Names functions that no event names, too. */
const ASKS = 'src/ui/views/why.ts'
const EXTENSION = /^src\/kernel\/xtables\/(match|target)(?:es|s)\//

export function makeDocs(): Docs {
  const sources = FOLDERS.flatMap((folder) => list(folder, '.ts')).map((file) => ({ file, text: read(file) }))
  const found = sources.flatMap(({ file, text }) => docstringsOf(file, text))
  const texts = [...sources.map(({ text }) => text), read(ASKS)]
  const quoted = new Set(texts.flatMap((text) => [...text.matchAll(/'([a-z_]\w+)'/g)].map((m) => m[1])))
  const by: Record<string, Doc> = {}
  const give = (key: string, { file, words, linux, leftOut }: Doc): void => {
    by[key] = { file, words, linux, leftOut }
  }
  for (const name of quoted) {
    const doc = name.includes('_') ? docOf(name, found) : undefined
    if (doc !== undefined) give(name, doc)
  }
  for (const doc of found) {
    const kind = EXTENSION.exec(doc.file)?.[1]
    if (kind !== undefined && doc.exported && doc.words.length > 0) give(`${kind}:${doc.name}`, doc)
  }
  return { by, old: oldNames(Object.keys(by)) }
}

/** The docstring that explains a function best: its own, else the longest of those whose `Linux:` names it. */
function docOf(name: string, found: readonly Found[]): Found | undefined {
  const own = found.find((doc) => doc.name === name && doc.words.length > 0)
  if (own !== undefined) return own
  const word = new RegExp(`\\b${name}\\b`)
  const worth = (doc: Found): number => (doc.name === '' ? 0 : doc.words.join('').length)
  return found
    .filter((doc) => doc.words.length > 0 && word.test(doc.linux))
    .reduce<Found | undefined>((best, doc) => (best && worth(best) >= worth(doc) ? best : doc), undefined)
}

/** Names that the functions had in 4.15, where no function of today has that name. */
function oldNames(names: readonly string[]): Record<string, string> {
  const old: Record<string, string> = {}
  for (const name of names) {
    const then = periods.article?.functionName(name) ?? name
    if (!names.includes(then)) old[then] = name
  }
  return old
}

/** The docstrings of a file, with what stands behind their labels apart. */
export function docstringsOf(file: string, source: string): Found[] {
  return [...source.matchAll(/\/\*\*([^]*?)\*\/\s*(.*)/g)].map(([, comment, next], i) => {
    const text = comment.replace(/\n[ \t]*\*[ \t]?/g, '\n').trim()
    const [words, ...labelled] = text.split(/(?:^|(?<=[\s.]))(?=(?:Linux|Left out|iptables): )/)
    const part = (label: string): string =>
      labelled
        .filter((one) => one.startsWith(label))
        .map((one) => flow(one.slice(label.length)).replace(/[.;]$/, ''))
        .join('; ')
    const declared = /^(?:export )?(?:const|function\*?|interface|class|type) (\w+)|^parts\.(\w+)/.exec(next)
    return {
      file,
      name: declared?.[1] ?? declared?.[2] ?? (i === 0 ? '' : '?'),
      exported: next.startsWith('export const'),
      words: words
        .split(/\n\s*\n/)
        .map(flow)
        .filter((paragraph) => paragraph !== ''),
      linux: part('Linux: '),
      leftOut: part('Left out: '),
    }
  })
}

const flow = (text: string): string => text.replace(/\s+/g, ' ').trim()
