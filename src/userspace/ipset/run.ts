/** One command of ipset. Linux: ipset, src/ipset.c, lib/ipset.c ipset_parse_argv; texts of lib/errcode.c */
import type { Kernel } from '../../kernel/kernel.ts'
import { add, del, destroy, expire, find, findNet, rename, setsOf, swap } from '../../kernel/ipset/set.ts'
import type { IpSet, SetErrno, SetType, SkbInfo } from '../../kernel/ipset/set.ts'
import { newElem } from '../../kernel/ipset/kadt.ts'
import { IpsetError, number, places, readSkbInfo, syntax, type Resolve } from './elem.ts'
import { showSet, type Shown } from './show.ts'
import { xmlSet } from './xml.ts'

export interface IpsetCtx {
  k: Kernel
  resolve: Resolve
  out(text: string): void
  err(text: string): void
  spend(units: number): void
}

export interface Flags extends Shown {
  exist: boolean
  quiet: boolean
  names: boolean
  file: string | null
}

const TEXTS: Record<SetErrno, string> = {
  EXIST_SET: 'Set cannot be created: set with the same name already exists',
  NOENT: 'The set with the given name does not exist',
  BUSY: 'Set cannot be destroyed: it is in use by a kernel component',
  REFERENCED: 'Set cannot be renamed: it is in use by another system',
  EXIST_NEW: 'Set cannot be renamed: a set with the new name already exists',
  TYPE_MISMATCH: 'The sets cannot be swapped: their type does not match',
  NOENT_2: 'Sets cannot be swapped: the second set does not exist',
  EXIST: "Element cannot be added to the set: it's already added",
  NOT_THERE: "Element cannot be deleted from the set: it's not added",
  FULL: 'Hash is full, cannot add more elements',
  NULL: 'Null-valued element, cannot be stored in a hash type of set',
  CIDR: 'The value of the CIDR parameter of the IP address is invalid',
}

const TYPES: Readonly<Record<string, SetType>> = {
  'hash:ip': 'hash:ip',
  iphash: 'hash:ip',
  'hash:net': 'hash:net',
  nethash: 'hash:net',
  'hash:ip,port': 'hash:ip,port',
  ipporthash: 'hash:ip,port',
}
/** Types of real sets that are left out. */
const NOT_HERE =
  /^(bitmap:(ip|ip,mac|port)|hash:(mac|ip,mac|ip,mark|ip,port,ip|ip,port,net|net,net|net,port|net,port,net|net,iface)|list:set|ipmap|macipmap|portmap|ipportiphash|ipportnethash|setlist|iptree|iptreemap)$/
const MAX_TIMEOUT = 2147483
const U32 = 0xffffffff

function must(errno: SetErrno | null): void {
  if (errno) throw new IpsetError(TEXTS[errno])
}

function getSet(c: IpsetCtx, name: string): IpSet {
  return setsOf(c.k).get(name) ?? must_('NOENT')
}

function must_(errno: SetErrno): never {
  throw new IpsetError(TEXTS[errno])
}

function unknown(word: string): never {
  throw new IpsetError(`Unknown argument: \`${word}'`, 2, true)
}

function create(c: IpsetCtx, name: string, typename: string, words: string[], f: Flags): void {
  if (name.length > 31) syntax(`setname '${name}' is longer than 31 characters`)
  if (NOT_HERE.test(typename))
    throw new IpsetError(`${typename}: this lab has sets of hash:ip, hash:net and hash:ip,port only`)
  if (!Object.hasOwn(TYPES, typename)) syntax(`typename '${typename}' is unknown`)
  const s: IpSet = {
    name,
    type: TYPES[typename],
    hashsize: 1024,
    maxelem: 65536,
    bucketsize: 12,
    netmask: 32,
    timeout: null,
    counters: false,
    comment: false,
    skbinfo: false,
    initval: 0,
    refs: 0,
    elems: new Map(),
  }
  let initval: number | null = null
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    const value = (max: number): number => {
      if (i + 1 >= words.length) throw new IpsetError(`Missing mandatory argument to option ${word}`, 2, true)
      return number(words[++i], max)
    }
    if (word === 'hashsize') s.hashsize = Math.max(64, 1 << (32 - Math.clz32(value(U32) - 1)))
    else if (word === 'maxelem') s.maxelem = value(U32)
    else if (word === 'bucketsize') value(255)
    else if (word === 'timeout') s.timeout = value(MAX_TIMEOUT)
    else if (word === 'initval') initval = value(U32)
    else if (word === 'netmask' && s.type === 'hash:ip') s.netmask = value(32)
    else if (word === 'counters') s.counters = true
    else if (word === 'comment') s.comment = true
    else if (word === 'skbinfo') s.skbinfo = true
    // The program takes it, and the kernel makes a set without it.
    else if (word === 'forceadd') continue
    else if (word === 'family') {
      const family = words[++i]
      if (family === 'inet6') throw new IpsetError('family inet6: this lab has IPv4 only')
      if (family !== 'inet' && family !== 'ipv4' && family !== '-4')
        throw new IpsetError(`Syntax error: unknown inet family ${family}`)
    } else unknown(word)
  }
  const old = setsOf(c.k).get(name)
  if (old) {
    if (f.exist && old.type === s.type) return
    must_('EXIST_SET')
  }
  s.initval = initval ?? c.k.random()
  setsOf(c.k).set(name, s)
}

/** What a line that adds or deletes asks of the kernel: read, and not yet done. Linux: ipset, src/ipset.c ipset_parse_argv */
export function planChange(
  c: IpsetCtx,
  kind: 'add' | 'del',
  [name, elem, ...words]: string[],
  f: Flags,
): () => void {
  const s = getSet(c, name)
  let timeout: number | null = null
  let comment = ''
  let packets: number | null = null
  let bytes: number | null = null
  let nomatch = false
  const info: SkbInfo = { mark: 0, mask: 0, prio: 0, queue: 0 }
  let skbinfo: SkbInfo | null = null
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    const next = (): string => {
      if (i + 1 >= words.length) throw new IpsetError(`Missing mandatory argument to option ${word}`, 2, true)
      return words[++i]
    }
    if (word === 'timeout') {
      timeout = number(next(), MAX_TIMEOUT)
      if (s.timeout === null)
        throw new IpsetError('Timeout cannot be used: set was created without timeout support')
    } else if (word === 'comment') {
      comment = next()
      if (comment.includes('"')) syntax('" character is not permitted in comments')
      if (!s.comment) throw new IpsetError('Comment cannot be used: set was created without comment support')
    } else if (word === 'packets' || word === 'bytes') {
      const n = number(next(), Number.MAX_SAFE_INTEGER)
      if (word === 'packets') packets = n
      else bytes = n
      if (!s.counters)
        throw new IpsetError('Packet/byte counters cannot be used: set was created without counter support')
    } else if (word === 'skbmark' || word === 'skbprio' || word === 'skbqueue') {
      if (!s.skbinfo) readSkbInfo(info, word, '')
      readSkbInfo((skbinfo = info), word, next())
    } else if (word === 'nomatch' && s.type === 'hash:net') nomatch = true
    else unknown(word)
  }
  const found = places(s, elem, c.resolve)
  return () => {
    for (const place of found) {
      c.spend(1)
      // Counters that are not given stay as they are, a comment does not.
      const old = find(c.k, s, place)
      const counters = { packets: packets ?? old?.packets ?? 0, bytes: bytes ?? old?.bytes ?? 0 }
      const e = {
        ...newElem(c.k, s, place, timeout),
        comment,
        ...counters,
        nomatch,
        ...(skbinfo && { skbinfo }),
      }
      must(kind === 'add' ? add(c.k, s, e, f.exist) : del(c.k, s, e, f.exist))
    }
  }
}

/** Is the element there? A network stands for all that is in it. */
function test(c: IpsetCtx, name: string, elem: string, f: Flags): number {
  const s = getSet(c, name)
  const [place] = places(s, elem, c.resolve)
  const got = s.type === 'hash:net' && place.cidr === 32 ? findNet(c.k, s, place.ip) : find(c.k, s, place)
  const is = got !== null && !got.nomatch
  if (!f.quiet) c.err(is ? `Warning: ${elem} is in set ${name}.\n` : `${elem} is NOT in set ${name}.\n`)
  return is ? 0 : 1
}

function list(c: IpsetCtx, name: string | null, f: Flags): void {
  const sets = name === null ? [...setsOf(c.k).values()] : [getSet(c, name)]
  if (f.format === 'xml') {
    c.out(`<ipsets>\n${sets.map((s) => xmlSet(s, c.k.now, f)).join('')}</ipsets>\n`)
    return
  }
  sets.forEach((s, i) => {
    if (f.names && f.format === 'plain') c.out(`${s.name}\n`)
    else {
      if (i > 0 && f.format === 'plain') c.out('\n')
      c.out(showSet(s, c.k.now, f))
    }
  })
}

function flush(c: IpsetCtx, name: string | null): void {
  for (const s of name === null ? setsOf(c.k).values() : [getSet(c, name)]) s.elems.clear()
}

const COMMANDS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'create -N --create n new',
    'add -A --add',
    'del -D --del',
    'test -T --test',
    'destroy -X --destroy x',
    'list -L --list l',
    'save -S --save',
    'restore -R --restore',
    'flush -F --flush f',
    'rename -E --rename e',
    'swap -W --swap w',
    'version -V -v --version',
    'help -H -h --help',
  ].flatMap((line) => {
    const words = line.split(' ')
    return words.map((w) => [w, words[0]])
  }),
)

export function commandOf(word: string): string | null {
  return Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : null
}

/** The words of a command, its name first, options taken out. The exit status. */
export function runCommand(c: IpsetCtx, command: string, words: string[], f: Flags): number {
  const [first, second, ...rest] = words
  const need = (n: number): void => {
    if (words.length >= n) return
    const which = words.length === 0 ? '' : 'second '
    throw new IpsetError(`Missing ${which}mandatory argument to command ${command}`, 2, true)
  }
  const no = (more: string[]): void => {
    if (more.length > 0) throw new IpsetError(`Unknown argument ${more[0]}`, 2, true)
  }
  for (const s of setsOf(c.k).values()) expire(s, c.k.now)
  switch (command) {
    case 'create':
      need(2)
      create(c, first, second, rest, f)
      return 0
    case 'add':
    case 'del':
      need(2)
      planChange(c, command, words, f)()
      return 0
    case 'test':
      need(2)
      return test(c, first, second, f)
    case 'destroy':
      no(words.slice(1))
      must(destroy(c.k, words.length > 0 ? first : null))
      return 0
    case 'list':
    case 'save':
      no(words.slice(1))
      if (command === 'save' && f.format === 'plain') f.format = 'save'
      list(c, words.length > 0 ? first : null, f)
      return 0
    case 'flush':
      no(words.slice(1))
      flush(c, words.length > 0 ? first : null)
      return 0
    default:
      need(2)
      no(rest)
      must(command === 'rename' ? rename(c.k, first, second) : swap(c.k, first, second))
      return 0
  }
}
