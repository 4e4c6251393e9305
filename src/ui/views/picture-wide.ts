import type { Hook } from '../../kernel/xtables/rule.ts'
import {
  Board,
  BRIDGE,
  CHIP_BRIEF,
  CHIP_HEIGHT,
  CHIP_TALLEST,
  firstOf,
  lastOf,
  type Picture,
  type Sizes,
  type Wish,
} from './board.ts'
import { bottom, clamp, cx, cy, right, type Rect } from './ways.ts'

/** Below this width the hooks stand below each other. */
export const WIDE_FROM = 640

/**
 * Wide: the packet goes from left to right and falls from hook to hook, so that the last row of PREROUTING, the
 * routing decision and the first row of FORWARD lie on one line, and the last row of FORWARD and the first of
 * POSTROUTING on the next. What is for this host goes up and round through the local process. What only stays on a
 * bridge passes below everything, in a row of its own.
 */
export function wide(wish: Wish): Picture {
  // The largest rows that fit; where not even the smallest do, the page scrolls.
  const roomy = { head: 28, foot: 7, gap: 4, more: 44, chip: CHIP_TALLEST }
  // A row is a button: below 24 px a finger or a shaking hand would miss it.
  const styles: Sizes[] = [
    ...[30, 28, 26, 25, 24].map((row) => ({ row, ...roomy })),
    { row: 24, head: 25, foot: 6, gap: 2, more: 40, chip: CHIP_TALLEST },
    { row: 24, head: 24, foot: 5, gap: 0, more: 38, chip: CHIP_TALLEST },
    { row: 24, head: 24, foot: 5, gap: 1, more: 38, chip: CHIP_BRIEF },
    { row: 24, head: 22, foot: 4, gap: 0, more: 36, chip: CHIP_BRIEF },
    // Where the boxes are narrow, an opened row has three lines.
    { row: 24, head: 19, foot: 3, gap: 0, more: wish.width < 700 ? 40 : 32, chip: CHIP_BRIEF, aside: true },
  ]
  const fits = styles.find((s) => heights(new Board(wish, s)).need <= wish.height)
  return lay(new Board(wish, fits ?? styles[styles.length - 1]))
}

const PAD = 10
/** Above and below, where it has to be as low as it can. */
const TIGHT_PAD = 5
const edgeOf = (s: Sizes): number => (s.aside === true ? TIGHT_PAD : PAD)
/** What the routing decision and the roads below it take of the height, below their line. */
const BELOW = 56
/** Four lines, below each other. */
const LEGEND_HEIGHT = 56

/** What decides the height: the lines that must be straight, and room for one opened row in each hook. */
function heights(b: Board): { low: number; high: number; need: number } {
  const { s } = b
  const between = s.gap * 3
  const edge = edgeOf(s)
  const bottomOf = (hook: Hook): number => edge + b.heightOf(hook, false) + s.more
  const first = b.lineOf('FORWARD', 'first')
  const fall = b.lineOf('FORWARD', 'last') - first
  const into = b.lineOf('POST_ROUTING', 'first')
  const low = Math.max(bottomOf('LOCAL_IN') + between + first + fall, bottomOf('LOCAL_OUT') + between + into)
  const need =
    Math.max(
      low - into + b.heightOf('POST_ROUTING', false) + s.more + edge,
      low - fall + (s.aside === true ? BELOW : b.heightOf('FORWARD', false) - first + 8) + s.chip + edge,
    ) + (b.wish.bridge ? BRIDGE : 0)
  return { low, high: low - fall, need }
}

function lay(b: Board): Picture {
  const { s, wish } = b
  const w = wish.width
  const more = w - WIDE_FROM
  const hookW = clamp(114, 114 + more * 0.2, 196)
  const devW = clamp(44, 44 + more * 0.06, 68)
  const diaW = clamp(68, 68 + more * 0.14, 104)
  const fwdW = clamp(66, 66 + more * 0.04, 92)
  const gap = Math.max(8, (w - 2 * PAD - 3 * hookW - 2 * devW - diaW - fwdW) / 6)
  const x: Record<string, number> = {}
  let at = PAD
  for (const [name, width] of [
    ['receive', devW],
    ['PRE_ROUTING', hookW],
    ['route_in', diaW],
    ['forward', fwdW],
    ['FORWARD', hookW],
    ['POST_ROUTING', hookW],
    ['transmit', devW],
  ] as const) {
    x[name] = at
    at += width + gap
  }

  const edge = edgeOf(s)
  const top = edge
  const { need, ...lines } = heights(b)
  const h = Math.max(need, Math.min(wish.height, need + 60))
  // Without the bridge's row.
  const floor = h - (wish.bridge ? BRIDGE : 0)
  const low = lines.low + (h - need) / 2
  const high = lines.high + (h - need) / 2

  const post = b.hook('POST_ROUTING', x.POST_ROUTING, low - b.lineOf('POST_ROUTING', 'first'), hookW)
  const fwd = b.hook('FORWARD', x.FORWARD, high - b.lineOf('FORWARD', 'first'), hookW)
  const pre = b.hook('PRE_ROUTING', x.PRE_ROUTING, high - b.lineOf('PRE_ROUTING', 'last'), hookW)
  // Not higher than what INPUT, opened, leaves it.
  const room = high - (top + b.heightOf('LOCAL_IN', false) + s.more) - 4
  const half = Math.min(diaW * 0.42, room)
  const dia: Rect = { x: x.route_in, y: high - half, w: diaW, h: half * 2 }
  b.alone('route_in', 'diamond', dia, 'left')
  b.alone('forward', 'step', { x: x.forward, y: high - 19, w: fwdW, h: 38 }, 'left')
  const inY = b.places[firstOf('PRE_ROUTING')].stand.y
  b.alone('receive', 'device', { x: x.receive, y: inY - 19, w: devW, h: 38 }, 'left')
  const outY = b.places[lastOf('POST_ROUTING')].stand.y
  b.alone('transmit', 'device', { x: x.transmit, y: outY - 19, w: devW, h: 38 }, 'left')

  const input = b.hook('LOCAL_IN', cx(dia) + 20, top, hookW)
  const output = b.hook('LOCAL_OUT', post.x, top, hookW)
  const middle = output.x - right(input)
  const procW = Math.min(150, middle - 22)
  const tight = s.row < 22
  const proc: Rect = {
    x: right(input) + (middle - procW) / 2,
    y: top + (tight ? 2 : 8),
    w: procW,
    h: tight ? 34 : 44,
  }
  b.alone('deliver', 'process', proc, 'left')
  const outDia = Math.min(diaW, middle - 20, tight ? 66 : diaW)
  const outLine = bottom(proc) + (tight ? 10 : 16) + outDia * 0.42
  const outRect = { x: cx(proc) - outDia / 2, y: outLine - outDia * 0.42, w: outDia, h: outDia * 0.84 }
  b.alone('route_out', 'diamond', outRect, 'top')

  const p = b.places
  b.point('start', { x: 2, y: inY })
  b.point('sent', { x: w - 2, y: outY })
  b.point('looped', { x: cx(p.transmit), y: Math.min(bottom(p.transmit) + 24, floor - 8) })
  b.point('delivered', p.deliver.stand)
  b.point('dropped', { x: w / 2, y: h })
  b.point('stolen', { x: w / 2, y: h })

  b.rails()
  b.road('start', 'receive')
  b.road('receive', firstOf('PRE_ROUTING'))
  const pLast = p[lastOf('PRE_ROUTING')].stand.y
  const bend0 = x.route_in - gap / 2
  b.road(lastOf('PRE_ROUTING'), 'route_in', { x: bend0, y: pLast }, { x: bend0, y: high })
  b.road('route_in', firstOf('LOCAL_IN'), { x: cx(dia), y: input.y + b.lineOf('LOCAL_IN', 'first') })
  b.road('route_in', 'forward')
  b.road('forward', firstOf('FORWARD'))
  const inLast = p[lastOf('LOCAL_IN')].stand.y
  const bend = right(input) + Math.min(9, (proc.x - right(input)) / 2)
  b.road(lastOf('LOCAL_IN'), 'deliver', { x: bend, y: inLast }, { x: bend, y: cy(proc) })
  b.way('deliver', 'delivered', [p.deliver.stand])
  b.way('start', 'route_out', [p.deliver.stand, p.deliver.hub, p.route_out.stand])
  const outFirst = p[firstOf('LOCAL_OUT')].stand.y
  const bend2 = output.x - Math.min(9, (output.x - right(p.route_out)) / 2)
  b.road('route_out', firstOf('LOCAL_OUT'), { x: bend2, y: cy(p.route_out) }, { x: bend2, y: outFirst })
  b.road(lastOf('LOCAL_OUT'), firstOf('POST_ROUTING'))
  const fLast = p[lastOf('FORWARD')].stand.y
  const bend3 = right(fwd) + (post.x - right(fwd)) / 2
  b.road(lastOf('FORWARD'), firstOf('POST_ROUTING'), { x: bend3, y: fLast }, { x: bend3, y: low })
  b.road(lastOf('POST_ROUTING'), 'transmit')
  b.road('transmit', 'sent')
  // A bridged frame that meets the hooks passes under the forwarding; another one under everything.
  const under = high + Math.max(half, 34) + 9
  const bend1 = x.FORWARD - gap / 2
  b.road(
    'route_in',
    firstOf('FORWARD'),
    { x: cx(dia), y: under },
    { x: bend1, y: under },
    { x: bend1, y: high },
  )
  const band = { x: 5, y: floor - 1, w: w - 10, h: BRIDGE - 3 }
  const [inX, outX, line] = [PAD + 6, p.transmit.x + 8, band.y + 17]
  b.way('receive', 'transmit', [
    p.receive.stand,
    { x: inX, y: inY },
    { x: inX, y: line },
    { x: outX, y: line },
    { x: outX, y: outY },
    p.transmit.stand,
  ])
  b.road('transmit', 'looped')

  const legend = {
    x: right(input) + 12,
    y: bottom(outRect) + 8,
    w: middle - 16,
    h: fwd.y - bottom(outRect) - 12,
  }
  // Where the four lines do not fit under the local process, they stand two by two above the chip.
  const left = wish.bridge ? inX + 9 : PAD
  const corner = { x: left, y: floor - CHIP_HEIGHT - edge - 34, w: cx(dia) - left - 14, h: 30 }
  return b.done({
    kind: 'wide',
    w,
    h,
    words: { x: PAD, y: top, w: cx(dia) - PAD - 14, h: pre.y - top - 2 },
    legend: legend.h >= LEGEND_HEIGHT ? legend : corner,
    bridge: wish.bridge
      ? {
          band,
          sign: { x: inX + 12, y: band.y + 11 },
          upright: false,
          past: { x: cx(p.forward), y: under - 4 },
        }
      : null,
    chip: {
      x: left,
      y: floor - CHIP_HEIGHT - edge,
      w: (s.aside === true ? x.FORWARD : post.x) - PAD - left,
      h: CHIP_HEIGHT,
    },
    chipTallest: s.chip,
  })
}
