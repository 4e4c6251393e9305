import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { framed as en } from '../../src/ui/text/en/framed.ts'
import { framed as zh } from '../../src/ui/text/zh/framed.ts'

/** The script of `<netfilter-lab>`: classic, alone, with its few words inside. */
export async function buildElement(): Promise<string> {
  const words = { en: wordsOf(en), zh: wordsOf(zh) }
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { WORDS: JSON.stringify(words) },
    build: {
      target: 'es2022',
      write: false,
      lib: {
        entry: fileURLToPath(new URL('../../src/embed/element.ts', import.meta.url)),
        formats: ['iife'],
        name: 'netfilterLabElement',
      },
    },
  })
  const output = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  )
  const chunk = output.find((one) => one.type === 'chunk')
  if (chunk === undefined || output.length !== 1) throw new Error('the element is not one script')
  return chunk.code
}

function wordsOf({ start, failed }: typeof en): { start: string; failed: string } {
  return { start, failed }
}
