/** The picture as a file: what is in it, and that nobody's words become markup. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import '../../src/lab/otherwise.ts'
import { drawingOf } from '../../src/ui/export/drawing.ts'
import { figureOf } from '../../src/ui/export/figure.ts'
import { paletteOf, type Mode } from '../../src/ui/export/palette.ts'
import { el, escapeXml, widthOf, words, wrap } from '../../src/ui/export/svg.ts'
import type { Stage } from '../../src/ui/stage.svelte.ts'
import { turns } from '../../src/ui/views/otherwise.ts'
import { roadsOf } from '../../src/ui/views/otherwise.svelte.ts'
import { dirOf, journeyOf } from '../../src/ui/views/journey.ts'
import { walkOf } from '../../src/ui/views/walk.ts'
import { FORWARD, Page } from './lab-page.ts'

const css = readFileSync('src/ui/theme.css', 'utf8')
const colours = (mode: Mode) => paletteOf(mode, css)

/** What the stage says when it follows a packet at the gateway, at a station of it. */
function stageAt(page: Page, serial: number, station: string): Stage {
  page.ask({ type: 'seek', position: page.snapshot.end })
  const step = page.visit(serial, 'gateway').steps.find((s) => s.station === station)
  page.ask({ type: 'seek', position: step?.position ?? -1 })
  page.ask({ type: 'view', view: { host: 'gateway', entries: 100, bucket: -1 } })
  const journey = journeyOf(page.past, serial)
  const visit = journey.visits.find((v) => v.host === 'gateway')
  if (!visit) throw new Error('it has not been there')
  const shown = visit.steps.findLast((s) => s.ran) ?? null
  const { unconfirmed, entries } = page.snapshot.kernel.conntrack
  return {
    lab: { snapshot: page.snapshot },
    player: { flows: false },
    step: shown,
    last: shown,
    visit,
    walk: walkOf(visit),
    here: true,
    dir: dirOf(visit),
    conn: [...unconfirmed, ...entries].find((c) => c.id === shown?.ct?.id) ?? null,
  } as unknown as Stage
}

/** Every tag of a file in order, and whether each is closed where it should be. */
function tags(svg: string): { names: string[]; balanced: boolean } {
  const names: string[] = []
  const open: string[] = []
  let balanced = true
  for (const [, close, name, self] of svg.matchAll(
    /<(\/?)([a-zA-Z][\w:]*)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g,
  )) {
    if (close) balanced = open.pop() === name && balanced
    else {
      names.push(name)
      if (!self) open.push(name)
    }
  }
  return { names, balanced: balanced && open.length === 0 }
}

const HOSTILE = `</text><script>alert(1)</script><image href="http://evil.example/" onload='x'>&amp;`

describe('a gateway whose rules somebody has written ill words into', () => {
  let page: Page
  beforeAll(() => {
    page = new Page(
      FORWARD,
      [
        'gateway',
        `iptables -t nat -A POSTROUTING -m comment --comment '${HOSTILE.replaceAll("'", '')}' -j MASQUERADE`,
      ],
      ['gateway', `iptables -A FORWARD -j LOG --log-prefix '<b>"&x '`],
      ['pc1', 'hping3 -2 -p 9 -c 1 123.125.115.110'],
    )
  })

  test.each(['light', 'dark'] as const)('the file is one piece of text and shapes, %s', (mode) => {
    const { svg, w, h } = figureOf(
      drawingOf(stageAt(page, 1, 'POST_ROUTING.nat'), 'POST_ROUTING.nat'),
      colours(mode),
    )
    const { names, balanced } = tags(svg)
    expect(balanced).toBe(true)
    expect([...new Set(names)].sort()).toEqual([
      'circle',
      'desc',
      'g',
      'path',
      'rect',
      'svg',
      'text',
      'title',
    ])
    expect(svg).not.toMatch(/<script|<image|(?:href|style|class|onload)="|url\(|var\(|undefined|NaN|\[object/)
    expect(svg).toContain('&lt;/text&gt;&lt;script&gt;')
    expect(svg).toContain(`fill="${colours(mode)('paper')}"`)
    expect(svg).not.toContain(colours(mode === 'light' ? 'dark' : 'light')('paper'))
    expect([w > 900, h > 600]).toEqual([true, true])
    // What is left when the tags are taken away is balanced too: no `<` is anybody's.
    expect(svg.replace(/<\?xml[^>]*\?>/, '').replace(/<\/?[a-zA-Z][^<>]*>/g, '')).not.toMatch(/[<>]/)
  })

  test('a rule’s own words are drawn as they are, in the station too', () => {
    const { svg } = figureOf(
      drawingOf(stageAt(page, 1, 'FORWARD.filter'), 'FORWARD.filter'),
      colours('light'),
    )
    expect(svg).toContain('&lt;b&gt;')
    expect(tags(svg).balanced).toBe(true)
  })

  test('the packet stands where the playhead is: what NAT put in is there beside what was struck through', () => {
    const d = drawingOf(stageAt(page, 1, 'POST_ROUTING.nat'), null)
    expect(d.acting).toBe('POST_ROUTING.nat')
    expect(d.scene?.token).toEqual(d.picture.places['POST_ROUTING.nat'].stand)
    expect(d.chip?.src[0]).toEqual({ was: '192.168.0.2', now: '100.100.100.100' })
    expect(d.chip?.tuples.map((x) => [x.dir, x.found])).toEqual([
      ['orig', false],
      ['reply', false],
    ])
    const { svg } = figureOf(d, colours('light'))
    expect(svg).toContain('line-through')
    expect(svg).toContain('POSTROUTING')
  })

  test('where the packet is at another host its place stays free; where there is none yet, that is said', () => {
    const away = { ...stageAt(page, 1, 'POST_ROUTING.nat'), here: false, step: null, visit: null, walk: null }
    const drawn = (stage: object) => figureOf(drawingOf(stage as Stage, null), colours('light')).svg
    expect(drawn(away)).not.toContain('Send one')
    expect(drawn({ ...away, last: null })).toContain('Send one')
  })

  test('an ICMP error is drawn with the header that it quotes', () => {
    const d = drawingOf(stageAt(page, 2, 'PRE_ROUTING.nat'), null)
    expect(d.chip?.quotes?.src[0]).toEqual({ was: '100.100.100.100', now: '192.168.0.2' })
    expect(d.chip?.tuples.find((x) => x.found)?.dir).toBe('reply')
  })
})

describe('a gateway that publishes a server', () => {
  const page = new Page(FORWARD, [
    'gateway',
    'iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 8080 -j DNAT --to 192.168.0.2:80',
  ])
  page.run('baidu', 'curl -s http://100.100.100.100:8080/')
  const turned = page.trace.find((e) => e.type === 'nat')?.skb ?? 0

  test('the road without the rewrite is dashed in the file, with its name and what would have become of it', async () => {
    const stage = stageAt(page, turned, 'PRE_ROUTING.nat')
    const use = (tool: string, argument: unknown): Promise<unknown> => {
      const answer = page.session.answer({ id: 1, request: { type: 'use', tool, argument } })
      return Promise.resolve(answer.type === 'used' ? answer.result : null)
    }
    Object.assign(stage.lab, { use })
    const before = drawingOf(stage, null)
    expect(before.other).toBe(null)
    const turn = stage.visit?.steps.findLast(turns)
    if (turn) await roadsOf(stage.lab).look(turn)
    const d = drawingOf(stage, null)
    expect(d.other?.road.at(-1)).toEqual(d.picture.places.deliver.stand)
    const [without, drawn] = [before, d].map((x) => figureOf(x, colours('light')).svg)
    expect(without).not.toContain('stroke-dasharray="2 6"')
    expect(drawn).toContain('stroke-dasharray="2 6"')
    expect(drawn).toContain('>without the rewrite</text>')
    expect(drawn).toContain('Without the rewrite (dashed): INPUT, as 100.100.100.100:8080 is gateway itself.')
    expect(tags(drawn).balanced).toBe(true)
  })
})

test('words are escaped, and what XML cannot write is said to be missing', () => {
  expect(escapeXml(`<a b="c">'&`)).toBe('&lt;a b=&quot;c&quot;&gt;&apos;&amp;')
  expect(escapeXml('a\u0000b\u001bc\ud800d\uffffe 😀 \t')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde 😀 \t')
  expect(words(1, 2, '<x>', { size: 10, fill: '#fff' })).toContain('>&lt;x&gt;</text>')
  expect(el('rect', { fill: '"/><script>', x: undefined, y: 1 / 3 })).toBe(
    '<rect fill="&quot;/&gt;&lt;script&gt;" y="0.33"/>',
  )
})

test('words are broken between words, a long one inside it, and none is lost', () => {
  const rule = `-A POSTROUTING -s 192.168.0.0/16 -m comment --comment "${'x'.repeat(200)}" -j SNAT --to-source 1.2.3.4`
  for (const width of [120, 300, 900]) {
    const lines = wrap(rule, width, 11.5, true)
    for (const line of lines) expect(widthOf(line, 11.5, true)).toBeLessThanOrEqual(width)
    expect(lines.join('').replaceAll(' ', '')).toBe(rule.replaceAll(' ', ''))
  }
  expect(wrap('', 100, 12)).toEqual([''])
  expect(wrap('数据包穿过内核，来到网卡。', 80, 12).length).toBeGreaterThan(1)
})
