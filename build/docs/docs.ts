/** What the source of the model says of itself, for `virtual:docstrings`: make.ts reads it, the page's "Why?" shows it. */
export interface Docs {
  /** By Linux's name of a function (`nf_conntrack_in`), `target:SNAT`, `match:conntrack`. */
  by: Readonly<Record<string, Doc>>
  /** What a function was called in Linux 4.15, and what it is called now. */
  old: Readonly<Record<string, string>>
}

export interface Doc {
  /** From the root of the project on. */
  file: string
  /** The words of the docstring, a paragraph each, without what follows. */
  words: readonly string[]
  /** Files and functions of Linux. */
  linux: string
  leftOut: string
}
