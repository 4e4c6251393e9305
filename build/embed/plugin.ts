import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Plugin, PluginOption } from 'vite'
import { file as en } from '../../src/ui/text/en/file.ts'
import { file as zh } from '../../src/ui/text/zh/file.ts'
import { contentPolicy } from '../policy.ts'
import { buildChunks } from './chunks.ts'
import { oneFile, scripts } from './files.ts'
import { hashOf } from './hash.ts'
import { page, type Part } from './html.ts'

/** How the one file looks that cannot be opened. */
const PLAIN =
  ':root{color-scheme:light dark}#cannot-open{max-width:40em;margin:4em auto;font:18px/1.5 system-ui,sans-serif}'

/**
 * Makes, beside the page, what runs where no modules can be loaded: `embed.html` with classic scripts, for a frame
 * without an origin on a page of somebody else, and `netfilter-lab.html`, the whole as one file. `plugins` are the page's.
 */
export function embed(plugins: () => PluginOption[]): Plugin {
  let root = ''
  let folder = ''
  let wanted = false
  return {
    name: 'netfilter-lab:embed',
    apply: 'build',
    configResolved(config) {
      root = config.root
      folder = resolve(root, config.build.outDir)
      // Only beside the page itself, not beside a page that a test builds.
      wanted = config.build.rolldownOptions.input === undefined && config.build.write
    },
    closeBundle: {
      sequential: true,
      async handler() {
        if (!wanted) return
        const built = await buildChunks(root, plugins())
        const { files, first } = scripts(built)
        const write = async (name: string, content: string): Promise<void> => {
          await mkdir(dirname(join(folder, name)), { recursive: true })
          await writeFile(join(folder, name), content)
        }
        for (const { name, script, style } of files) {
          await write(`embed/${name}.js`, script)
          if (style !== '') await write(`embed/${name}.css`, style)
        }
        const parts: Part[] = [
          { tag: 'link', href: `./embed/${first.name}.css` },
          { tag: 'script', src: `./embed/${first.name}.js` },
        ]
        const icon = './favicon.svg'
        await write('embed.html', page('embed', contentPolicy("'self'", "'self'"), icon, parts))

        const { script, parts: held } = oneFile(built)
        const picture = await readFile(join(root, 'public/favicon.svg'), 'base64')
        const policy = contentPolicy(
          hashes([script, ...held.map((part) => part.script)]),
          hashes([PLAIN, ...held.flatMap(({ style }) => (style === '' ? [] : [style]))]),
        )
        await write(
          'netfilter-lab.html',
          page('file', policy, `data:image/svg+xml;base64,${picture}`, [
            { tag: 'style', text: PLAIN },
            {
              tag: 'words',
              words: [
                { lang: 'en', text: en.cannotOpen },
                { lang: 'zh-Hans', text: zh.cannotOpen },
              ],
            },
            ...held.flatMap(({ name, packed: { script, style } }): Part[] => [
              { tag: 'data', id: `script-${name}`, packed: script },
              ...(style === null ? [] : [{ tag: 'data', id: `style-${name}`, packed: style } as const]),
            ]),
            { tag: 'script', text: script },
          ]),
        )
      },
    },
  }
}

const hashes = (texts: readonly string[]): string => texts.map(hashOf).join(' ')
