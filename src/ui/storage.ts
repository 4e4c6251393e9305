/** What a reader's browser keeps for the next visit: little, and never needed. In a sandboxed frame asking throws. */
const PREFIX = 'netfilter-lab.'

/** As much of a Storage as is needed here. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

declare global {
  interface Window {
    /** Whoever puts the page into a course platform may keep it elsewhere: set before the page runs (build/scorm). */
    netfilterLabStore?: Kept
  }
}

let wanted = true

/** False: nothing is kept, and what was kept is not looked at. */
export function keepStorage(keep: boolean): void {
  wanted = keep
}

function store(): Kept | null {
  try {
    return wanted ? (window.netfilterLabStore ?? window.localStorage) : null
  } catch {
    return null
  }
}

/** Whether anything can be kept at all. */
export function keeps(): boolean {
  if (!remember('try', '')) return false
  store()?.removeItem(`${PREFIX}try`)
  return true
}

export function remembered(key: string): string | null {
  try {
    return store()?.getItem(PREFIX + key) ?? null
  } catch {
    return null
  }
}

/** False where nothing can be kept. */
export function remember(key: string, value: string): boolean {
  try {
    const to = store()
    to?.setItem(PREFIX + key, value)
    return to !== null
  } catch {
    return false
  }
}
