/** Light or dark: as the system says, or as the reader says. */
import { remember, remembered } from './storage.ts'

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

let current = $state<Theme>('auto')

export function theme(): Theme {
  return current
}

export function setTheme(to: Theme): void {
  current = to
  const root = document.documentElement
  if (to === 'auto') delete root.dataset.theme
  else root.dataset.theme = to
  remember('theme', to)
}

export function rememberedTheme(): Theme {
  const kept = remembered('theme')
  return THEMES.find((t) => t === kept) ?? 'auto'
}
