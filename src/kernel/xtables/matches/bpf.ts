/** Match by a program of the classic BPF machine. Linux: net/netfilter/xt_bpf.c bpf_mt; iptables: extensions/libxt_bpf.c */
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, text } from '../option.ts'
import { skbBytes } from '../skb-bytes.ts'
import { checkProgram, runProgram, type Instruction } from './bpf-machine.ts'

export interface BpfData {
  program: Instruction[]
}

const MAX_INSTRUCTIONS = 64

/** `2,48 0 0 9,6 0 0 1`: how many, then each as four numbers. Linux: bpf_parse_string */
function parse(arg: string): Instruction[] {
  const head = /^\s*(\d+)(.?)/.exec(arg)
  if (head?.[2] !== ',') problem('bpf: error parsing program length')
  const count = Number(head[1])
  if (count === 0) problem('bpf: illegal zero length program')
  if (count > MAX_INSTRUCTIONS) problem('bpf: number of instructions exceeds maximum')
  const words = arg.slice(arg.indexOf(',') + 1).split(',')
  const out: Instruction[] = []
  for (const [i, word] of words.entries()) {
    if (word === '' && i === words.length - 1) break
    if (i >= count) problem('bpf: real program length exceeds the encoded length parameter')
    // As sscanf reads them: what follows the fourth is not looked at, and a number keeps the bits that it has room for.
    const m = /^\s*([+-]?\d+)(?!\d)\s*([+-]?\d+)(?!\d)\s*([+-]?\d+)(?!\d)\s*([+-]?\d+)/.exec(word)
    if (!m) problem(`bpf: error at instr ${i}`)
    const [code, jt, jf, k] = m.slice(1).map(Number)
    out.push({ code: code & 0xffff, jt: jt & 0xff, jf: jf & 0xff, k: k >>> 0 })
  }
  if (out.length < count) problem('bpf: parsed program length is less than the encoded length parameter')
  return out
}

function line(i: Instruction): string {
  return `${i.code} ${i.jt} ${i.jf} ${i.k}`
}

export const bpf: Match<BpfData> = {
  name: 'bpf',
  init: () => ({ program: [] }),
  options: [
    option<BpfData, string>('bytecode', text, (d, v) => void (d.program = parse(v)), {
      excludes: ['object-pinned'],
    }),
    option<BpfData, string>('object-pinned', text, () => problem('bpf: failed to get bpf object'), {
      excludes: ['bytecode'],
    }),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('bpf: one of --bytecode or --pinned is required')
  },
  checkentry: (d) =>
    checkProgram(d.program) ? null : { errno: 'EINVAL', log: 'xt_bpf: check failed: parse error' },
  save: (d) => ` --bytecode "${d.program.length},${d.program.map(line).join(',')}"`,
  // The program writes the zero at the end of its text, too.
  print: (d) => `match bpf ${d.program.map(line).join(',')}\0`,
  match: (k, skb, d) => runProgram(d.program, skbBytes(k, skb)) !== 0,
}
