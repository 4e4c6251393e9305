import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { option, text } from '../option.ts'

/** Halves of skb->priority. */
export interface ClassifyData {
  major: number
  minor: number
}

/** `major:minor`, hexadecimal, as sscanf("%x:%x") reads it; what is too large loses its upper bits. */
function parse(arg: string): ClassifyData {
  const m = /^\s*(?:0[xX])?([0-9a-fA-F]+):(?:0[xX])?([0-9a-fA-F]+)/.exec(arg)
  if (!m) problem(`Bad class value "${arg}"`)
  return {
    major: Number.parseInt(m[1], 16) & 0xffff,
    minor: Number.parseInt(m[2], 16) & 0xffff,
  }
}

function hex4(n: number): string {
  return n.toString(16).padStart(4, '0')
}

/**
 * Choose the class in which a queueing discipline sends the packet. Our links have none, so nothing comes of it.
 * Linux: net/netfilter/xt_CLASSIFY.c classify_tg; iptables: extensions/libxt_CLASSIFY.c
 */
export const CLASSIFY: Target<ClassifyData> = {
  name: 'CLASSIFY',
  hooks: ['FORWARD', 'LOCAL_OUT', 'POST_ROUTING'],
  init: () => ({ major: 0, minor: 0 }),
  options: [
    option<ClassifyData, string>('set-class', text, (d, v) => void Object.assign(d, parse(v)), {
      mandatory: true,
    }),
  ],
  save: (d) => ` --set-class ${hex4(d.major)}:${hex4(d.minor)}`,
  print: (d) => ` CLASSIFY set ${d.major.toString(16)}:${d.minor.toString(16)}`,
  target: () => XT_CONTINUE,
}
