/**
 * For the page around an embedded lab: `{ type: 'netfilter-lab:height', height }` is posted to the parent whenever the
 * height that the lab needs has changed, in CSS pixels. It tells nothing else, so anyone may hear it.
 */
export const HEIGHT_EVENT = 'netfilter-lab:height'

/** Begins to tell; the function that is returned ends it. */
export function tellHeight(of: HTMLElement): () => void {
  if (window.parent === window) return () => {}
  let told = 0
  const observer = new ResizeObserver(() => {
    const height = Math.ceil(of.getBoundingClientRect().height)
    if (height === told || height === 0) return
    told = height
    window.parent.postMessage({ type: HEIGHT_EVENT, height }, '*')
  })
  observer.observe(of)
  return () => observer.disconnect()
}
