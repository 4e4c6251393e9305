/** What a reader's browser keeps for the next visit: little, and never needed. In a sandboxed frame asking throws. */
const PREFIX = 'netfilter-lab.'

function store(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
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
