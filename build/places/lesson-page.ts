/** A page for each lesson, language and step: for hosts that take an address without a query, and ask it for an oEmbed. */
export interface Place {
  lesson: string
  /** Null: the reader's own. */
  lang: 'en' | 'zh' | null
  /** Null: its beginning. */
  step: string | null
  title: string
  about: string
}

/** Where it is, from the folder of the page, with a slash at its end. */
export function pathOf({ lesson, lang, step }: Place): string {
  return ['e', lesson, lang, step].flatMap((part) => (part === null ? [] : [`${part}/`])).join('')
}

export const WIDTH = 800
export const HEIGHT = 670

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** `html` is the page that is made for frames; `site` the address of its folder, '' where it is not known. */
export function lessonPage(html: string, place: Place, site: string): string {
  const up = '../'.repeat(pathOf(place).split('/').length - 1)
  const address = site === '' ? './oembed.json' : `${site}${pathOf(place)}oembed.json`
  const title = escape(`${place.title} · Netfilter Lab`)
  const head = [
    `<link rel="alternate" type="application/json+oembed" href="${escape(address)}" title="${title}" />`,
    `<meta property="og:title" content="${title}" />`,
    `<meta property="og:description" content="${escape(place.about)}" />`,
    `<meta property="og:type" content="article" />`,
  ]
  return (
    html
      .replace(
        /<html lang="[^"]*"(?: data-page="[^"]*")?/,
        `<html lang="${place.lang === 'zh' ? 'zh-Hans' : 'en'}"`,
      )
      // Where nothing runs, the lesson can be read.
      .replace(/\.\/lessons\/index\./g, `./lessons/${place.lesson}.`)
      .replace(/((?:href|src)=")\.\//g, `$1${up}`)
      .replace(/<title>[^<]*<\/title>/, `<title>${title}</title>\n    ${head.join('\n    ')}`)
      .replace(/(<meta\s+name="description"\s+content=")[^"]*/, `$1${escape(place.about)}`)
  )
}

/** What a host hears that asks the page how it wants to be embedded. https://oembed.com, "rich". */
export function oembed(place: Place, site: string): object {
  const src = `${site}${pathOf(place)}`
  return {
    version: '1.0',
    type: 'rich',
    provider_name: 'Netfilter Lab',
    ...(site !== '' && { provider_url: site }),
    title: place.title,
    width: WIDTH,
    height: HEIGHT,
    html: `<iframe src="${escape(src)}" title="${escape(place.title)}" width="${WIDTH}" height="${HEIGHT}" frameborder="0" scrolling="no"></iframe>`,
    thumbnail_url: `${site}posters/${place.lesson}.${place.lang ?? 'en'}.svg`,
    thumbnail_width: 800,
    thumbnail_height: 450,
  }
}
