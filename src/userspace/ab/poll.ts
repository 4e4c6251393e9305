/**
 * Which of its connections ab hears of, and in which order: epoll_wait() as APR asks it, for all of them at once.
 *
 * What epoll tells of is what has happened by then; ab goes through all that before it asks again. A socket of which epoll
 * has told stays in its list, at the end, until it is found with nothing to tell: so whoever has had its data read is the
 * first to be told of its end, before those to whom something has happened meanwhile. That ab opens its new connections
 * many at a time, faster than a server accepts, comes of this.
 *
 * Linux: fs/eventpoll.c ep_send_events; apr poll/unix/epoll.c
 */
import { TCP_SK, TCP_SYN_SENT } from '../../kernel/tcp/table.ts'
import { tcp_eof, tcp_error, tcp_state, tcp_unread } from '../../kernel/tcp/tcp.ts'
import type { Netns } from '../../kernel/netns.ts'

export interface Poll {
  /** What was told of, sockets: so many, and how many of them have been looked at. */
  told: Int32Array
  size: number
  at: number
  /** Which of these epoll will look at first, next time. */
  kept: Int32Array
  keptSize: number
  /** By connection: the last time that epoll told of it, as a number of times. */
  seen: Int32Array
  times: number
}

export function newPoll(connections: number): Poll {
  const column = (): Int32Array => new Int32Array(connections)
  return { told: column(), size: 0, at: 0, kept: column(), keptSize: 0, seen: column(), times: 0 }
}

/**
 * The next socket to look at, -1: nothing has happened to any. `next` gives those to which something has happened since the
 * last time. `owner`: the connection of a slot. `isReading`: does a connection wait for something to read?
 */
export function poll(
  p: Poll,
  net: Netns,
  next: () => number,
  owner: Int32Array,
  isReading: (c: number) => boolean,
): number {
  if (p.at === p.size) wait(p, net, next, owner, isReading)
  return p.at < p.size ? p.told[p.at++] : -1
}

/** Is there something that nobody will tell of? */
export function hasMore(p: Poll): boolean {
  return p.at < p.size || p.keptSize > 0
}

function wait(
  p: Poll,
  net: Netns,
  next: () => number,
  owner: Int32Array,
  isReading: (c: number) => boolean,
): void {
  const { told, kept, seen } = p
  const before = p.keptSize
  p.size = p.at = p.keptSize = 0
  p.times++
  for (let i = 0; ; i++) {
    const sk = i < before ? kept[i] : next()
    if (sk < 0) return
    const c = owner[sk - TCP_SK] ?? -1
    if (c < 0 || seen[c] === p.times) continue
    const reading = isReading(c)
    const unread = tcp_unread(net, sk) > 0
    const ended = tcp_eof(net, sk)
    const happened =
      (reading ? unread || ended : tcp_state(net, sk) !== TCP_SYN_SENT) || tcp_error(net, sk) !== ''
    if (!happened) continue
    seen[c] = p.times
    told[p.size++] = sk
    // Whoever is told that it is connected asks for what there is to read from then on: it may have come already.
    if (unread || (ended && !reading)) kept[p.keptSize++] = sk
  }
}
