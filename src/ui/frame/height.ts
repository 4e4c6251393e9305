/**
 * How high a frame must be, told in the words of whoever may be around: our own, Canvas, Open edX, H5P, Observable and
 * Embedly, WordPress. It tells nothing else, so anyone may hear it.
 *
 * The height told depends on the width and on what is shown, never on the height that the frame has been given: a parent
 * that adds a margin to what it hears hears nothing new. And where a scroll bar of the parent comes and goes with the
 * height, and takes the width along, the greater of the two heights stays.
 */
import { HEIGHT } from '../../embed/messages.ts'

/** A scroll bar is not wider. */
const BAR = 32

export class Teller {
  private told = 0
  private width = 0

  /** The height to be told, null: nothing new. */
  next(height: number, width: number): number | null {
    const wanted = Math.ceil(height)
    if (wanted <= 0 || wanted === this.told) return null
    const bar = width !== this.width && Math.abs(width - this.width) <= BAR
    if (bar && wanted < this.told) return null
    this.told = wanted
    this.width = width
    return wanted
  }
}

/** `secret`: what WordPress has written behind the address. */
export function inAllWords(height: number, secret: string | null): object[] {
  return [
    { type: HEIGHT, height },
    { subject: 'lti.frameResize', height },
    { type: 'plugin.resize', payload: { height } },
    { height },
    ...(secret === null ? [] : [{ message: 'height', value: height, secret }]),
  ]
}

/** H5P's resizer asks before it believes: hello, hello, prepareResize, resizePrepared, resize. */
export class H5p {
  private greeted = false

  /** What to say first, and again when the resizer says that it is there now. */
  readonly hello = { context: 'h5p', action: 'hello' }

  /** What to answer, null: nothing. */
  hear(data: unknown, height: number): object | null {
    if (typeof data !== 'object' || data === null) return null
    const { context, action } = data as Record<string, unknown>
    if (context !== 'h5p') return null
    if (action === 'ready') return this.hello
    if (action === 'hello') this.greeted = true
    if (action === 'hello' || action === 'resize') return this.tell(height)
    return action === 'resizePrepared' ? { context: 'h5p', action: 'resize', scrollHeight: height } : null
  }

  tell(height: number): object | null {
    if (!this.greeted || height <= 0) return null
    return { context: 'h5p', action: 'prepareResize', scrollHeight: height, clientHeight: height }
  }
}
