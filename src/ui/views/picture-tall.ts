import { Board, CHIP_TALLEST, firstOf, lastOf, type Picture, type Wish } from './board.ts'
import { bottom, clamp, right, type Point } from './ways.ts'

/** Tall: two columns. The packet falls down the left one; what is for this host goes through the right one. */
export function tall(wish: Wish): Picture {
  const w = wish.width
  const b = new Board(wish, { row: 28, head: 28, foot: 7, gap: 4, more: 48, chip: CHIP_TALLEST })
  const pad = 10
  const gutter = clamp(20, w * 0.07, 60)
  /** The bridge's row stands at the left. */
  const strip = !wish.bridge ? 0 : w < 340 ? 14 : 26
  const colW = Math.min(220, (w - 2 * pad - gutter - strip) / 2)
  const left = (w - 2 * colW - gutter + strip) / 2
  const rightX = left + colW + gutter
  const devW = Math.min(96, colW)
  const diaW = 88
  const diaH = 66
  const mid = 14
  let y = 18

  b.alone('receive', 'device', { x: left, y, w: devW, h: 30 }, { rail: left + 12 })
  y += 30 + mid
  const pre = b.hook('PRE_ROUTING', left, y, colW)
  y = bottom(pre) + mid
  b.alone('route_in', 'diamond', { x: pre.rail - 6, y, w: diaW, h: diaH }, 'top')
  const inDia = b.places.route_in
  y += diaH + mid
  b.alone('forward', 'step', { x: left, y, w: Math.min(110, colW), h: 32 }, { rail: left + 12 })
  y += 32 + mid
  const fwd = b.hook('FORWARD', left, y, colW)

  const input = b.hook('LOCAL_IN', rightX, pre.y, colW)
  let yr = bottom(input) + mid
  b.alone('deliver', 'process', { x: rightX, y: yr, w: colW, h: 40 }, { rail: rightX + 12 })
  yr += 40 + mid
  b.alone('route_out', 'diamond', { x: rightX + 12 - 6, y: yr, w: diaW, h: diaH }, 'top')
  yr += diaH + mid
  const output = b.hook('LOCAL_OUT', rightX, yr, colW)

  y = Math.max(bottom(fwd), bottom(output) - 40) + mid + 12
  const post = b.hook('POST_ROUTING', left, y, colW)
  y = bottom(post) + mid
  b.alone('transmit', 'device', { x: left, y, w: devW, h: 30 }, { rail: left + 12 })
  y += 30 + 22
  const h = Math.max(y, bottom(output) + pad)

  const p = b.places
  b.point('start', { x: left + 12, y: 2 })
  b.point('sent', { x: left + 12, y: h - 4 })
  b.point('looped', { x: left + devW + 24, y: p.transmit.stand.y })
  b.point('delivered', p.deliver.stand)
  b.point('dropped', { x: left + colW / 2, y: h })
  b.point('stolen', { x: left + colW / 2, y: h })

  b.rails()
  b.road('start', 'receive')
  b.road('receive', firstOf('PRE_ROUTING'))
  /** From a rail down to the top of a diamond beside it, and from its lower end down to a rail. */
  const aside = (from: Point, to: Point): Point[] => [
    { x: from.x, y: to.y - mid / 2 },
    { x: to.x, y: to.y - mid / 2 },
  ]
  b.road(lastOf('PRE_ROUTING'), 'route_in', ...aside(p[lastOf('PRE_ROUTING')].stand, inDia.stand))
  const lane = right(pre) + gutter / 2
  const inFirst = p[firstOf('LOCAL_IN')].stand
  b.road('route_in', firstOf('LOCAL_IN'), { x: lane, y: inDia.hub.y }, { x: lane, y: inFirst.y })
  const down = (from: Point, to: Point, half: number): Point[] => [
    { x: from.x, y: from.y + half + mid / 2 },
    { x: to.x, y: from.y + half + mid / 2 },
  ]
  b.road('route_in', 'forward', ...down(inDia.hub, p.forward.stand, diaH / 2))
  b.road('forward', firstOf('FORWARD'))
  b.road(lastOf('FORWARD'), firstOf('POST_ROUTING'))
  b.road(lastOf('LOCAL_IN'), 'deliver')
  b.way('deliver', 'delivered', [p.deliver.stand])
  const outDia = p.route_out
  const start = p.deliver.stand
  b.way('start', 'route_out', [start, ...aside(start, outDia.stand), outDia.stand])
  const outFirst = p[firstOf('LOCAL_OUT')].stand
  b.road('route_out', firstOf('LOCAL_OUT'), ...down(outDia.hub, outFirst, diaH / 2))
  const outLast = p[lastOf('LOCAL_OUT')].stand
  const postFirst = p[firstOf('POST_ROUTING')].stand
  const entry = post.y - 10
  b.road(
    lastOf('LOCAL_OUT'),
    firstOf('POST_ROUTING'),
    { x: outLast.x, y: bottom(output) + 8 },
    { x: lane, y: bottom(output) + 8 },
    { x: lane, y: entry },
    { x: postFirst.x, y: entry },
  )
  b.road(lastOf('POST_ROUTING'), 'transmit')
  b.road('transmit', 'sent')
  // A bridged frame that meets the hooks passes beside the forwarding; another one beside everything.
  const beside = left - 5
  const fwdFirst = p[firstOf('FORWARD')].stand
  b.road(
    'route_in',
    firstOf('FORWARD'),
    { x: beside, y: inDia.hub.y },
    { x: beside, y: fwd.y - mid / 2 },
    { x: fwdFirst.x, y: fwd.y - mid / 2 },
  )
  const [from, to] = [p.receive.stand.y, p.transmit.stand.y]
  const band = { x: left - strip - 6, y: from - 13, w: strip - 4, h: to - from + 26 }
  b.road('receive', 'transmit', { x: band.x + 5, y: from }, { x: band.x + 5, y: to })
  b.road('transmit', 'looped')

  return b.done({
    kind: 'tall',
    w,
    h,
    words: null,
    legend: null,
    bridge: wish.bridge
      ? { band, sign: { x: band.x + 10, y: from + 40 }, upright: true, past: { x: 0, y: 0 } }
      : null,
    chip: null,
    chipTallest: CHIP_TALLEST,
  })
}
