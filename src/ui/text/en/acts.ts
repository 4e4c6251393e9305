import { format } from './format.ts'

const n = format.number
const buckets = (count: number): string => format.plural(count, { one: 'one bucket', other: '# buckets' })
const entries = (count: number): string => format.plural(count, { one: 'one entry', other: '# entries' })

export const acts = {
  title: 'What the table does on its own',
  now: 'now',
  goTo: (p: { time: string }) => `Go to this moment: ${p.time}`,
  names: { search: 'early_drop', sweep: 'gc_worker', rehash: 'nf_conntrack_hash_resize' },
  /** `again`: an old kernel that looks at one bucket eight times. */
  searched: (p: { looked: number; first: number; last: number; again: boolean }) =>
    p.again
      ? `The table was full: it looked ${p.looked} times into bucket ${n(p.first)}`
      : p.looked === 1
        ? `The table was full: it looked into bucket ${n(p.first)}`
        : `The table was full: it looked into ${buckets(p.looked)}, ${n(p.first)} to ${n(p.last)}`,
  found: (p: { dropped: number; bucket: number; victims: string; more: number }) =>
    `, and in bucket ${n(p.bucket)} it removed ${
      p.dropped === 1 ? 'an entry that is' : `${n(p.dropped)} entries that are`
    } not assured: ${p.victims}${p.more > 0 ? ` and ${n(p.more)} more` : ''}. The new connection got in.`,
  foundNobody: (p: { kept: number }) =>
    `${
      p.kept === 0
        ? ', and found nothing there'
        : `. ${format.plural(p.kept, { one: 'The one node', other: 'All # nodes' })} that it found had to stay`
    }: the new connection’s packet was dropped.`,
  foreign: 'It searched for another namespace of this machine, which may only evict its own entries.',
  searches: (p: { count: number; found: number }) =>
    `${format.plural(p.count, { one: 'One search', other: '# searches' })} so far, ${n(p.found)} found a victim.`,
  strip: 'Buckets it searched, in order',
  bucket: (p: { bucket: string; nodes: number; victim: boolean }) =>
    `bucket ${p.bucket}: ${p.victim ? 'an entry here had to go; now ' : ''}${p.nodes === 0 ? 'empty' : format.plural(p.nodes, { one: 'one node', other: '# nodes' })}`,
  swept: (p: { all: boolean; swept: number; from: number; met: number }) =>
    p.all
      ? `The garbage collector went through all ${buckets(p.swept)} and found ${entries(p.met)}`
      : `The garbage collector went through ${buckets(p.swept)} from ${n(p.from)} on and found ${entries(p.met)}`,
  removed: (p: { expired: number; early: number }) =>
    p.expired + p.early === 0
      ? '; none had to go.'
      : `: ${n(p.expired)} had expired and went${
          p.early > 0 ? `, ${n(p.early)} went before their time, as the table had been full` : ''
        }.`,
  again: (p: { wait: string }) => `It runs again after ${p.wait}.`,
  rehashed: (p: { from: number; to: number; nodes: number }) =>
    `From ${n(p.from)} buckets to ${n(p.to)}: ${format.plural(p.nodes, {
      one: 'one node was',
      other: '# nodes were',
    })} rehashed, and no entry was lost.`,
  before: (p: { buckets: string }) => `before: ${p.buckets} buckets`,
  /** What hangs in the bucket that is pointed at. */
  node: { orig: 'original', reply: 'reply' },
  moreNodes: (p: { n: number }) => format.plural(p.n, { one: 'and # more', other: 'and # more' }),
  otherNode: (p: { bucket: string }) => `the other node: bucket ${p.bucket}`,
}
