/** Which of the built pages this is, and where the others are: index.html, embed.html, netfilter-lab.html. */

/** `embed` and `file` are what build/embed/html.ts writes on the root. */
export function builtAs(): 'page' | 'embed' | 'file' {
  const { page } = document.documentElement.dataset
  return page === 'embed' || page === 'file' ? page : 'page'
}

/** The address of the whole page, without what it is asked to show. */
export function wholePage(): string {
  const here = location.href.replace(/[?#].*$/s, '')
  // A lesson's own page is in a folder of its own: src/ui/address/read.ts.
  return here.replace(
    /(?:embed(?:\.html)?|e\/[a-z0-9-]+\/(?:(?:en|zh)\/)?(?:[a-z0-9-]+\/)?(?:index\.html)?)$/,
    '',
  )
}

/** Where the whole can be had as one file, null: this is that file. */
export function oneFile(): string | null {
  return builtAs() === 'file' ? null : new URL('netfilter-lab.html', wholePage()).href
}

/** Of these lessons, those that this page has: a file may have been made of some only (build/embed/cut.ts). */
export function lessonsHere(all: readonly string[]): string[] {
  const only =
    typeof document === 'undefined' ? undefined : document.documentElement.dataset.lessons?.split(' ')
  return all.filter((id) => only?.includes(id) !== false)
}

/** The name of the frame in which a teacher sees what she will put into her page. */
export const PREVIEW = 'netfilter-lab-preview'

export function isPreview(): boolean {
  return window.name === PREVIEW
}
