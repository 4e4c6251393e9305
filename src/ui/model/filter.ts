/** Which features of the model card are shown. */
import type { Card, Feature } from '../../../build/card/card.ts'

export const KINDS = ['all', 'kernel', 'other', 'nothing'] as const
export type Kind = (typeof KINDS)[number]

/** What holds a feature: recordings of a kernel; else lines of rules, command lines or tests of our own; else nothing. */
export function kindOf(feature: Feature): Exclude<Kind, 'all'> {
  if (feature.scenarios.length > 0) return 'kernel'
  return feature.lines + feature.commands + feature.tests.length > 0 ? 'other' : 'nothing'
}

/** All that can be found of a feature, in small letters. `said`: what it is called in the reader's language. */
export function haystack(card: Card, feature: Feature, said: string): string {
  const scenarios = feature.scenarios.map((i) => `${card.scenarios[i].name} ${card.scenarios[i].title}`)
  return [feature.code ?? '', said, ...feature.model, feature.linux, ...feature.tests, ...scenarios]
    .join('\n')
    .toLowerCase()
}

/** Has it every word of the question, and is it of that kind? */
export function shows(hay: string, feature: Feature, question: string, kind: Kind): boolean {
  if (kind !== 'all' && kindOf(feature) !== kind) return false
  return question
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word))
}

/** How long the bar of a number is, 0 to 1: by the square root, so that few are seen beside many. */
export function barOf(count: number, most: number): number {
  return most === 0 ? 0 : Math.sqrt(count / most)
}
