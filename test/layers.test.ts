import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

/** Each folder of src/ imports only from itself and from those before it. */
const LAYERS = ['wire', 'kernel', 'userspace', 'lab', 'lesson', 'ui']

/** What the lab's two ends and a page may use, and the simulator may not. */
const ENGINE = ['wire', 'kernel', 'userspace', 'lab']
const ENDS = ['src/lab/worker.ts', 'src/lab/client.ts', 'src/lab/main-client.ts', 'src/lab/start-worker.ts']

const files = [...list('src'), ...list('lessons')].filter((file) => /\.(ts|svelte)$/.test(file))
const imports = files.flatMap((file) => importsOf(file).map((to) => ({ file, to })))
const own = imports.filter(({ to }) => to.startsWith('src/'))
const packages = imports.filter(({ to }) => !/^(src|lessons|build)\//.test(to))

test('there is something to read', () => {
  expect(files.length).toBeGreaterThan(0)
})

test('wire <- kernel <- userspace <- lab <- lesson <- ui: nobody imports from the right', () => {
  const rank = (path: string) => LAYERS.indexOf(layer(path))
  const ranked = own.filter(({ file, to }) => rank(file) >= 0 && rank(to) >= 0)
  expect(ranked.filter(({ file, to }) => rank(to) > rank(file))).toEqual([])
})

test('a folder of src/ is one of the layers, or embed, which knows only the protocol', () => {
  const folders = new Set(files.filter((file) => file.startsWith('src/')).map(layer))
  expect([...folders].filter((name) => ![...LAYERS, 'embed'].includes(name))).toEqual([])
  const fromEmbed = own.filter(({ file, to }) => layer(file) === 'embed' && layer(to) !== 'embed')
  expect(fromEmbed.filter(({ to }) => to !== 'src/lab/protocol.ts')).toEqual([])
})

test('a lesson imports the words to write one, and labs', () => {
  const fromLessons = imports.filter(({ file }) => file.startsWith('lessons/'))
  expect(fromLessons.filter(({ to }) => !/^(src\/(lesson|lab)|lessons)\//.test(to))).toEqual([])
})

test('outside src/ the code knows only the lessons, what their Markdown becomes, and the form of the model card', () => {
  const outside = imports.filter(({ file, to }) => file.startsWith('src/') && /^(lessons|build)\//.test(to))
  const allowed = ({ file, to }: { file: string; to: string }) =>
    ['lesson', 'ui'].includes(layer(file)) &&
    (to.startsWith('lessons/') || ['build/page.ts', 'build/card/card.ts'].includes(to))
  expect(outside.filter((one) => !allowed(one))).toEqual([])
})

test('Svelte and D3 live in ui, XState in machines, their compiler and ui, valibot in lab and lesson', () => {
  const allowed = ({ file, to }: { file: string; to: string }) => {
    if (layer(file) === 'ui') return true
    if (to === 'xstate') return file.endsWith('.machine.ts') || file === 'src/kernel/compile.ts'
    if (to === 'valibot') return ['lab', 'lesson'].includes(layer(file))
    return false
  }
  expect(packages.filter((one) => !allowed(one))).toEqual([])
})

test('the engine asks nobody for the time, for chance, or for a page', () => {
  const engine = files.filter((file) => ENGINE.includes(layer(file)) && !ENDS.includes(file))
  const mentions = engine.flatMap((file) => outsideWorld(file).map((mention) => ({ file, mention })))
  expect(mentions).toEqual([])
})

function list(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(folder, name).replaceAll(sep, '/'),
  )
}

/** 'kernel' of 'src/kernel/nat/core.ts' */
function layer(path: string): string {
  return path.startsWith('src/') ? path.split('/')[1] : ''
}

/** Files as seen from the project's root, packages by their names. */
function importsOf(file: string): string[] {
  const found = ts
    .preProcessFile(scriptOf(file))
    .importedFiles.map(({ fileName }) => fileName.replace(/\?.*$/, ''))
  return found.map((to) => (to.startsWith('.') ? posix.join(posix.dirname(file), to) : to.replace(/^\//, '')))
}

function scriptOf(file: string): string {
  const text = readFileSync(file, 'utf8')
  if (!file.endsWith('.svelte')) return text
  return [...text.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, script]) => script).join('\n')
}

/** Reads the program, not its comments: they may well speak of a receiver's window. */
function outsideWorld(file: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const [object, property] = [node.expression.text, node.name.text]
      const clockOrChance = ['Math.random', 'Date.now', 'performance.now'].includes(`${object}.${property}`)
      if (clockOrChance || object === 'document' || object === 'window') found.push(`${object}.${property}`)
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date') found.push('new Date')
    if (ts.isIdentifier(node) && /^set(Timeout|Interval|Immediate)$/.test(node.text)) found.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, scriptOf(file), ts.ScriptTarget.Latest, true))
  return found
}
