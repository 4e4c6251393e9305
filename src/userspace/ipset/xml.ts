/** Sets as `list -output xml` prints them. Linux: ipset, lib/session.c list_create, list_adt */
import type { Elem, IpSet } from '../../kernel/ipset/set.ts'
import { printElem, skbInfoOf } from './elem.ts'
import { members, memoryOf, REVISION, type Shown } from './show.ts'

const tag = (name: string, text: string | number): string => `<${name}>${text}</${name}>`

function header(s: IpSet): string {
  return [
    '<family>inet</family>',
    tag('hashsize', s.hashsize),
    tag('maxelem', s.maxelem),
    s.netmask === 32 ? '' : tag('netmask', s.netmask),
    s.timeout === null ? '' : tag('timeout', s.timeout),
    s.counters ? '<counters/>' : '',
    s.comment ? '<comment/>' : '',
    s.skbinfo ? '<skbinfo/>' : '',
    tag('bucketsize', s.bucketsize),
    tag('initval', `0x${s.initval.toString(16).padStart(8, '0')}`),
  ].join('')
}

function member(s: IpSet, e: Elem, now: number): string {
  const left = e.expires === 0 ? 0 : Math.max(1, Math.floor((e.expires - now) / 1_000_000))
  const parts = [
    tag('elem', printElem(s, e)),
    s.timeout === null ? '' : tag('timeout', left),
    e.nomatch ? '<nomatch/>' : '',
    s.counters ? tag('packets', e.packets) + tag('bytes', e.bytes) : '',
    s.comment && e.comment !== '' ? tag('comment', `"${e.comment}"`) : '',
    ...skbInfoOf(e).map(([name, value]) => tag(name, value)),
  ]
  return `<member>${parts.join('')}</member>\n`
}

export function xmlSet(s: IpSet, now: number, o: Shown): string {
  const list = members(s, now, o.sorted)
  const head =
    `<ipset name="${s.name}">\n<type>${s.type}</type>\n<revision>${REVISION[s.type]}</revision>\n` +
    `<header>${header(s)}\n${tag('memsize', memoryOf(s, list))}\n${tag('references', s.refs)}\n` +
    `${tag('numentries', list.length)}\n</header>\n`
  const rows = o.terse ? '' : `<members>\n${list.map((e) => member(s, e, now)).join('')}</members>\n`
  return `${head}${rows}</ipset>\n`
}
