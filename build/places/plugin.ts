import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Plugin } from 'vite'
import { framed as en } from '../../src/ui/text/en/framed.ts'
import { framed as zh } from '../../src/ui/text/zh/framed.ts'
import { headOf, parsePage, plain } from '../markdown.ts'
import { buildElement } from './element.ts'
import { lessonPage, oembed, pathOf, type Place } from './lesson-page.ts'
import { poster } from './poster.ts'

const LANGS = ['en', 'zh'] as const
const words = { en, zh }

/**
 * What other pages need, beside the page itself: the script of `<netfilter-lab>`, its pictures, and a page with its
 * oEmbed for each lesson. The address of the site, where it is known, is in SITE_URL: an oEmbed needs a whole one.
 */
export function places(): Plugin[] {
  return [written(), served()]
}

function written(): Plugin {
  let folder = ''
  let wanted = false
  return {
    name: 'netfilter-lab:places',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
      // Only beside the page itself, not beside a page that a test builds.
      wanted = config.build.rolldownOptions.input === undefined && config.build.write
    },
    closeBundle: {
      sequential: true,
      async handler() {
        if (!wanted) return
        const write = async (name: string, content: string): Promise<void> => {
          await mkdir(dirname(join(folder, name)), { recursive: true })
          await writeFile(join(folder, name), content)
        }
        await write('netfilter-lab.js', await buildElement())
        const framePage = join(folder, 'embed.html')
        const html = await readFile(existsSync(framePage) ? framePage : join(folder, 'index.html'), 'utf8')
        const site = siteOf(process.env.SITE_URL)
        for (const place of placesOf(lessons())) {
          await write(`${pathOf(place)}index.html`, lessonPage(html, place, site))
          await write(`${pathOf(place)}oembed.json`, `${JSON.stringify(oembed(place, site), null, 1)}\n`)
        }
        for (const lesson of [...lessons(), 'lab'])
          for (const lang of LANGS) await write(`posters/${lesson}.${lang}.svg`, posterOf(lesson, lang))
      },
    },
  }
}

/** The same while developing, made when it is asked for. */
function served(): Plugin {
  return {
    name: 'netfilter-lab:places-served',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').replace(/[?#].*/s, '')
        // The address in the browser stays, and the page reads it there.
        if (/^\/(?:e\/[\w-]+\/(?!.*\.json$)|embed\.html$)/.test(path)) request.url = '/index.html'
        const picture = /^\/posters\/([\w-]+)\.(en|zh)\.svg$/.exec(path)
        if (path === '/netfilter-lab.js')
          buildElement().then((code) => {
            response.setHeader('content-type', 'text/javascript').end(code)
          }, next)
        else if (picture !== null)
          response
            .setHeader('content-type', 'image/svg+xml')
            .end(posterOf(picture[1], picture[2] === 'zh' ? 'zh' : 'en'))
        else next()
      })
    },
  }
}

/** With a slash at its end; throws on what is no address of a site. */
export function siteOf(text: string | undefined): string {
  if (text === undefined || text === '') return ''
  const { href, search, hash } = new URL(text)
  if (!/^https?:/.test(href) || search !== '' || hash !== '') throw new Error(`SITE_URL is no site: ${text}`)
  return href.endsWith('/') ? href : `${href}/`
}

function lessons(): string[] {
  return readdirSync('lessons', { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? [one.name] : [],
  )
}

export function placesOf(names: readonly string[]): Place[] {
  const own = names
    .flatMap((lesson) => placesIn(lesson, 'en').slice(0, 1))
    .map((one) => ({ ...one, lang: null }))
  return [...own, ...names.flatMap((lesson) => LANGS.flatMap((lang) => placesIn(lesson, lang)))]
}

function placesIn(lesson: string, lang: 'en' | 'zh'): Place[] {
  const page = parsePage(readFileSync(`lessons/${lesson}/${lang}.md`, 'utf8'))
  const { title, about } = headOf(page)
  const steps = page.flatMap((block) =>
    block.type === 'heading' && block.depth === 2 && block.id !== undefined
      ? [{ step: block.id, title: `${plain(block.text)} · ${title}` }]
      : [],
  )
  return [{ step: null, title }, ...steps].map((one) => ({ lesson, lang, about, ...one }))
}

export function posterOf(lesson: string, lang: 'en' | 'zh'): string {
  const file = `lessons/${lesson}/${lang}.md`
  const title = existsSync(file) ? headOf(parsePage(readFileSync(file, 'utf8'))).title : words[lang].sandbox
  return poster(title, words[lang].start, lang)
}
