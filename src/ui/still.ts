/** Motion is not wanted: by the system, or by the address. The same states are shown, without travel. */
import { prefersReducedMotion } from 'svelte/motion'

export function still(): boolean {
  return prefersReducedMotion.current || document.documentElement.dataset.motion === 'reduced'
}
