/**
 * The views that are not the first one. Each comes when it is looked at, or, before that, when the page has nothing to
 * do: to fetch and to make a view in the turn that shows it makes that turn a long one.
 */
export const later = {
  packet: () => import('./PacketView.svelte'),
  ladder: () => import('./Ladder.svelte'),
  tcp: () => import('./TcpView.svelte'),
  entries: () => import('./Entries.svelte'),
  charts: () => import('./Charts.svelte'),
}

/** In the next turn of the page: in this one the view before it is put away. */
export async function inTurn<T>(load: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve))
  return load()
}

/** Not in the page's first seconds, in which there is more to do. */
const REST_MS = 1500

/** Fetches the views one by one while nothing else is to be done. Answers with what stops it. */
export function fetchLater(): () => void {
  const loads = [() => import('./Views.svelte'), ...Object.values(later)]
  const next = (): void => {
    // What cannot be fetched now is fetched when it is looked at.
    loads
      .shift()?.()
      .then(idle, () => undefined)
  }
  let timer: ReturnType<typeof setTimeout>
  const idle = (): void => {
    if (typeof requestIdleCallback === 'function') timer = setTimeout(() => requestIdleCallback(next), 50)
    else timer = setTimeout(next, 200)
  }
  timer = setTimeout(idle, REST_MS)
  return () => {
    loads.length = 0
    clearTimeout(timer)
  }
}
