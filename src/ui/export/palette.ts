/** The page's colours as values, for files that have no style sheet. */
export type Mode = 'light' | 'dark'
export type Palette = (name: string) => string

const BLOCK: Readonly<Record<Mode, RegExp>> = {
  light: /:root \{([^}]*)\}/,
  dark: /:root\[data-theme='dark'\] \{([^}]*)\}/,
}

/** A colour by its name, without the dashes. `css`: what theme.css says. Throws where there is none. */
export function paletteOf(mode: Mode, css: string): Palette {
  const block = BLOCK[mode].exec(css)?.[1] ?? ''
  const values = new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, n, v]) => [n, v]))
  return (name) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`there is no colour ${name}`)
    return value
  }
}

/** What the page has now. */
export function modeNow(theme: 'auto' | Mode): Mode {
  if (theme !== 'auto') return theme
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}
