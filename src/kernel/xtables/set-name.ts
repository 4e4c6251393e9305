/** The name of a set and the sides of a packet, as rules write them. Linux: iptables, extensions/libxt_set.h */
import { setsOf } from '../ipset/set.ts'
import type { Direction } from '../ipset/kadt.ts'
import { problem } from './error.ts'
import type { OptionCall } from './extension.ts'

export interface SetUse {
  set: string
  dirs: Direction[]
}

/** Linux: IPSET_DIM_MAX */
const MAX_DIRS = 6
const MAX_NAME = 31

/** The option's argument is the name, the next word `src` and `dst` with commas between. */
export function readSet(call: OptionCall, option: string): SetUse {
  const next = call.next()
  if (next === null) problem(`--${option} requires two args.`)
  const set = call.arg
  if (set.length > MAX_NAME) problem(`setname \`${set}' too long, max ${MAX_NAME} characters.`)
  if (!setsOf(call.k).has(set)) problem(`Set ${set} doesn't exist.\n`)
  const dirs: Direction[] = []
  for (const word of next.split(',')) {
    if (dirs.length === MAX_DIRS) problem(`Can't be more src/dst options than ${MAX_DIRS}.`)
    if (word !== 'src' && word !== 'dst')
      problem("You must spefify (the comma separated list of) 'src' or 'dst'.")
    dirs.push(word)
  }
  return { set, dirs }
}

export function setText(use: SetUse): string {
  return `${use.set} ${use.dirs.join(',')}`
}
