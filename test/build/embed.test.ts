import { runInThisContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { asFunction } from '../../build/embed/chunks.ts'
import { cut, headOf } from '../../build/embed/cut.ts'
import { withoutTags } from '../../build/embed/files.ts'
import { page } from '../../build/embed/html.ts'
import { load, type Graph, type Loader } from '../../build/embed/loader.ts'
import { hashOf } from '../../build/embed/hash.ts'
import { pack, unpack, type Packed } from '../../build/embed/pack.ts'
import { contentPolicy } from '../../build/policy.ts'

const ids = new Map([
  ['./a.cjs', 4],
  ['./b.cjs', 7],
])
const idOf = (name: string): number => ids.get(name) ?? -1

describe('a chunk becomes a function', () => {
  test('what it needs at once and what it may need later are named by numbers', () => {
    const code =
      'const a=require("./a.cjs");exports.f=()=>Promise.resolve().then(()=>require("./b.cjs")).then(m=>m.x)'
    expect(asFunction(code, idOf)).toBe(
      'function(require,exports,module){"use strict";const a=require(4);exports.f=()=>require.later(7).then(m=>m.x)\n}',
    )
  })

  test('any quotes, and no map', () => {
    const code = "'use strict';let a=require('./a.cjs');require(`./b.cjs`)\n//# sourceMappingURL=x.js.map"
    expect(asFunction(code, idOf)).toBe(
      'function(require,exports,module){"use strict";let a=require(4);require(7)\n}',
    )
  })
})

/** Chunk 0 needs 1 at once and 2 later; 1 and 2 need each other. Each is in a file of its own. */
const graph: Graph = {
  chunks: [
    [0, 1],
    [1, 2],
    [2, 1],
  ],
  files: ['zero', 'one', 'two'],
  styled: [],
  page: 0,
  worker: 0,
  carried: [],
  packed: false,
}

describe('the loader, as in a worker', () => {
  let loader: Loader
  let asked: string[]
  let down: boolean
  const scope = globalThis as { importScripts?: (address: string) => void }
  /** What chunks have said. */
  let said: unknown[]

  const chunks: Record<string, () => void> = {
    zero: () =>
      loader.define(0, (need) => {
        said.push((need(1) as { name: string }).name)
        void need.later(2).then((two) => said.push((two as { name: string }).name))
      }),
    one: () =>
      loader.define(1, (need, exports) => {
        Object.assign(exports as object, { name: 'one', two: need(2) })
      }),
    two: () =>
      loader.define(2, (need, exports) => {
        Object.assign(exports as object, { name: 'two', one: need(1) })
      }),
  }

  beforeEach(() => {
    asked = []
    said = []
    down = false
    scope.importScripts = (address) => {
      asked.push(address)
      if (down) throw new Error('no network')
      chunks[/(\w+)\.js$/.exec(address)?.[1] ?? '']()
    }
    loader = load(graph, 'https://lab.example/assets/')
  })
  afterEach(() => {
    delete scope.importScripts
    vi.useRealTimers()
  })

  test('loads what a chunk needs, each file once, and lets two need each other', async () => {
    loader.begin(0)
    await vi.waitFor(() => expect(said).toEqual(['one', 'two']))
    const address = (name: string) => `https://lab.example/assets/${name}.js`
    expect(asked).toEqual([address('zero'), address('one'), address('two')])
  })

  test('a chunk that has come with another file is not loaded again', async () => {
    chunks.zero()
    chunks.one()
    loader.begin(0)
    await vi.waitFor(() => expect(said).toEqual(['one', 'two']))
    expect(asked).toEqual(['https://lab.example/assets/two.js'])
  })

  test('a network that stumbles is asked once more', async () => {
    vi.useFakeTimers()
    down = true
    loader.begin(0)
    await vi.advanceTimersByTimeAsync(500)
    down = false
    await vi.runAllTimersAsync()
    expect(said).toEqual(['one', 'two'])
  })

  test('a script that says nothing is as good as none', async () => {
    vi.useFakeTimers()
    scope.importScripts = () => {}
    loader.begin(0)
    await expect(vi.runAllTimersAsync()).rejects.toThrow('cannot be read: zero')
  })

  test('where a file cannot be had, whoever asks again tries again', async () => {
    vi.useFakeTimers()
    down = true
    loader.begin(0)
    await expect(vi.runAllTimersAsync()).rejects.toThrow('no network')
    down = false
    loader.begin(0)
    await vi.runAllTimersAsync()
    expect(said).toEqual(['one', 'two'])
  })

  test('it needs nothing outside of itself: its text alone is a loader', async () => {
    const again = runInThisContext(`(${load.toString()})`) as typeof load
    loader = again(graph, 'https://lab.example/assets/')
    loader.begin(0)
    await vi.waitFor(() => expect(said).toEqual(['one', 'two']))
  })
})

describe('a page that has its files in itself', () => {
  const program = `${'NAT 网络 '.repeat(999)}</script>`
  const packed = pack(program)

  test('has them in letters that end no element and need no encoding', () => {
    expect(packed.letters).toMatch(/^[#-;=-~]+$/)
    expect(packed.letters.length).toBe(2 * Math.ceil((packed.bytes * 8) / 13))
  })

  test('unpacks what is asked for, and runs what it has unpacked', async () => {
    const ran: { text: string }[] = []
    const parts: Record<string, Packed> = { 'script-zero': packed, 'style-zero': pack('p {}') }
    vi.stubGlobal('document', {
      getElementById: (id: string) =>
        id in parts ? { textContent: parts[id].letters, dataset: { bytes: String(parts[id].bytes) } } : null,
      createElement: (tag: string) => ({ tag, text: '', textContent: '', remove: () => {} }),
      head: {
        append(made: { tag: string; text: string; textContent: string }) {
          ran.push({ text: made.text || made.textContent })
          if (made.tag === 'script') page.define(0, () => ran.push({ text: 'begun' }))
        },
      },
    })
    const page = load({ ...graph, chunks: [[0]], styled: [0], packed: true, carried: [0] }, '')
    page.begin(0)
    await vi.waitFor(() => expect(ran.map(({ text }) => text)).toEqual(['p {}', program, 'begun']))
    vi.unstubAllGlobals()
  })

  test('says so where it cannot be unpacked', async () => {
    vi.useFakeTimers()
    const gone: string[] = []
    vi.stubGlobal('DecompressionStream', undefined)
    vi.stubGlobal('document', {
      getElementById: (id: string) =>
        id === 'cannot-open'
          ? { removeAttribute: (name: string) => gone.push(name) }
          : { textContent: packed.letters, dataset: { bytes: String(packed.bytes) } },
    })
    load({ ...graph, chunks: [[0]], packed: true }, '').begin(0)
    await expect(vi.runAllTimersAsync()).rejects.toThrow('DecompressionStream is not a constructor')
    expect(gone).toEqual(['hidden'])
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  test('can be made of some lessons only', () => {
    const lessons = ['02-nat', '03-dnat'].map((id) => `${headOf(id)}define("${id}")\n`).join('')
    const html = page('file', hashOf(lessons), '', [
      { tag: 'data', id: 'script-first', packed },
      { tag: 'data', id: 'script-lessons', packed: pack(lessons) },
    ])
    const small = cut(html, ['03-dnat'])
    const left = '//lesson 03-dnat\ndefine("03-dnat")\n'
    const { letters, bytes } = pack(left)
    expect(small).toContain(`id="script-lessons" data-bytes="${bytes}">${letters}</script>`)
    expect(small).toContain(hashOf(left))
    expect(small).not.toContain(hashOf(lessons))
    expect(small).toContain('data-page="file" data-lessons="03-dnat"')
    expect(small).toContain(packed.letters)
    expect(unpack(packed)).toBe(program)
    expect(() => cut(html, ['04-none'])).toThrow('no lesson 04-none')
  })
})

describe('what the pages may do', () => {
  test('no page lets a script or a style in that it does not name', () => {
    for (const policy of [contentPolicy("'self'", "'self'"), contentPolicy("'sha256-x'", "'sha256-y'")]) {
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("require-trusted-types-for 'script'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
      // Nothing can be sent anywhere.
      expect(policy).not.toContain('connect-src')
    }
  })

  test('the whole as one file is not even allowed the server it comes from', () => {
    expect(contentPolicy("'sha256-x'", "'sha256-y'")).not.toContain("'self'")
  })

  test('what would end its own element is not put into a page', () => {
    const put = (text: string) => () => page('file', '', '', [{ tag: 'script', text }])
    expect(put('a="</script>"')).toThrow('cannot hold its own tags')
    expect(put('a="<SCRIPT"')).toThrow('cannot hold its own tags')
    expect(put('a="<b>"')).not.toThrow()
  })

  test('a program that speaks of tags says the same without their letters', () => {
    const program = "const a = '<script src=\"x\"></SCRIPT>', b = /<style/; `${a}${b.test('<style>')}`"
    const written = withoutTags(program)
    expect(written).not.toMatch(/<\/?(script|style)/i)
    expect(runInThisContext(`{${written}}`)).toBe('<script src="x"></SCRIPT>true')
    expect(() => withoutTags('let style = 1; 0 <style')).toThrow(SyntaxError)
  })

  test('a script of the embed page is classic, and asks for no permission', () => {
    const html = page('embed', '', '', [{ tag: 'script', src: './x.js' }])
    expect(html).toContain('<script defer src="./x.js"></script>')
    expect(html).not.toMatch(/crossorigin|type="module"/)
  })
})
