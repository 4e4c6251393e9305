/** What a teacher pastes: the same lab, in the words of the page that it goes into. */
import { DOCUMENT } from '../../embed/messages.ts'

export const KINDS = ['iframe', 'element', 'mdx', 'reveal', 'jupyter', 'moodle', 'wordpress'] as const
export type Kind = (typeof KINDS)[number]

export interface Wanted {
  /** The folder of this copy of the lab, with a slash at its end. */
  site: string
  /** Parameters by their names, as they are said in an address. */
  values: Readonly<Record<string, string>>
  /** What a screen reader calls the frame. */
  title: string
  height: number
}

/** The address for a frame; `page`, where it is another than the one that is made for frames. */
export function frameAddress({ site, values }: Pick<Wanted, 'site' | 'values'>, page = DOCUMENT): string {
  const url = new URL(page, site)
  for (const [name, value] of said(values)) url.searchParams.append(name, value)
  if (page !== DOCUMENT) url.searchParams.set('embed', '1')
  return readable(url)
}

/** The page of a lesson, for a host that is given an address alone; a lab has none, and gets the frame's. */
export function pathAddress({ site, values }: Pick<Wanted, 'site' | 'values'>): string {
  const { lesson, step, lang, ...rest } = values
  if (!lesson || !lang) return frameAddress({ site, values })
  const url = new URL(`e/${lesson}/${lang}/${step ? `${step}/` : ''}`, site)
  for (const [name, value] of said(rest)) url.searchParams.append(name, value)
  return readable(url)
}

export function snippet(kind: Kind, wanted: Wanted): string {
  const { site, values, height } = wanted
  const src = attribute(frameAddress(wanted))
  const title = attribute(wanted.title)
  switch (kind) {
    case 'iframe':
      return `<iframe
  src="${src}"
  title="${title}"
  width="100%"
  height="${height}"
  style="border: 0"
  loading="lazy"
  allow="fullscreen; clipboard-write"
  referrerpolicy="no-referrer"
  sandbox="allow-scripts allow-same-origin allow-popups allow-downloads allow-forms allow-modals"
></iframe>`
    case 'element': {
      const attributes = [...said(values)].map(([name, value]) => ` ${name}="${attribute(value)}"`).join('')
      return `<script src="${attribute(`${site}netfilter-lab.js`)}" async></script>
<netfilter-lab title="${title}"${attributes}></netfilter-lab>`
    }
    case 'mdx':
      return `<iframe
  src="${src}"
  title="${title}"
  width="100%"
  height="${height}"
  style={{ border: 0 }}
  loading="lazy"
  allow="fullscreen; clipboard-write"
></iframe>`
    case 'reveal':
      return `<section>
  <iframe data-src="${src}" title="${title}" width="100%" height="${height}" style="border: 0" allow="fullscreen"></iframe>
</section>`
    case 'jupyter':
      return `from IPython.display import IFrame

IFrame(${JSON.stringify(frameAddress(wanted))}, width="100%", height=${height})`
    case 'moodle':
      // Of what an editor may leave of it, this is enough.
      return `<iframe src="${src}" title="${title}" width="100%" height="${height}" frameborder="0" allowfullscreen="allowfullscreen"></iframe>`
    case 'wordpress':
      return pathAddress(wanted)
  }
}

const said = (values: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(values).filter(([, value]) => value !== '')

/** Commas need no code, and people read addresses. */
function readable(url: URL): string {
  return url.href.replaceAll('%2C', ',')
}

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`).replaceAll('&#38;', '&amp;')
}
