/**
 * Counts as the coreutils write them: `10`, `1K` (1024), `1kB` (1000), `2M` …
 */
const SUFFIXES: Record<string, number> = {
  '': 1,
  b: 512,
  k: 1024,
  kB: 1000,
  K: 1024,
  KiB: 1024,
  MB: 1e6,
  M: 1024 ** 2,
  GB: 1e9,
  G: 1024 ** 3,
}

/** null: not a count. */
export function parseCount(text: string): number | null {
  const found = /^(\d+)(b|kB|[kK]|KiB|MB|M|GB|G)?$/.exec(text)
  return found ? Number(found[1]) * SUFFIXES[found[2] ?? ''] : null
}
