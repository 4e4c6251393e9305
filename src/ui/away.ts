/**
 * A page that nobody sees rests: in a tab behind others, or scrolled out of sight in somebody's frame. Lab time stands
 * still meanwhile, and goes on from there.
 */
import type { Player } from './player.svelte.ts'

export function restWhenAway(player: Pick<Player, 'state' | 'play' | 'pause'>): () => void {
  let inView = true
  let resting = false

  const look = (): void => {
    const away = document.hidden || !inView
    if (away && player.state === 'playing') {
      resting = true
      player.pause()
    } else if (!away && resting) {
      resting = false
      player.play()
    }
  }

  // In a frame this is what of it can be seen in the page around.
  const observer = new IntersectionObserver((entries) => {
    inView = entries.at(-1)?.isIntersecting ?? true
    look()
  })
  observer.observe(document.documentElement)
  document.addEventListener('visibilitychange', look)
  return () => {
    observer.disconnect()
    document.removeEventListener('visibilitychange', look)
  }
}
