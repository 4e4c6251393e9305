/** What the translators of a rule's parts share: the options of one extension, as iptables-save writes them. */

/** Options in order; a flag has no values. */
export interface Option {
  name: string
  not: boolean
  values: string[]
}

/** `-m name` or `-j name` with its options. */
export interface Extension {
  name: string
  options: Option[]
}

/** Text of nft, '' where nothing need be said; null: it cannot be said, or iptables-translate says something else. */
export type Translate = (e: Extension, protocol: string) => string | null

export function option(e: Extension, name: string): Option | undefined {
  return e.options.find((o) => o.name === name)
}

export function value(e: Extension, name: string): string | undefined {
  return option(e, name)?.values[0]
}

/** Only these options. */
export function only(e: Extension, ...names: string[]): boolean {
  return e.options.every((o) => names.includes(o.name))
}

export const ne = (o: { not: boolean }): string => (o.not ? '!= ' : '')

/** `1:5` is `1-5`. */
export const range = (text: string): string => text.replace(':', '-')

export const UNSIGNED = 0xffffffff
export const hex = (n: number): string => `0x${(n >>> 0).toString(16)}`

/** `0x5/0xff` as two numbers; a value alone is meant whole. */
export function masked(text: string): { value: number; mask: number } {
  const [a = '', b] = text.split('/')
  return { value: Number(a), mask: b === undefined ? UNSIGNED : Number(b) }
}

/** A string as nft quotes it. */
export const quote = (text: string): string => `"${text}"`
