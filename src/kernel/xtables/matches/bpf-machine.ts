/** The classic BPF machine: an accumulator, an index register and 16 words of memory. Linux: net/core/filter.c; man 4 bpf */

export interface Instruction {
  code: number
  jt: number
  jf: number
  k: number
}

/** Classes of instructions (the three low bits). */
const LD = 0
const LDX = 1
const ST = 2
const STX = 3
const ALU = 4
const JMP = 5
const RET = 6
const MEM_WORDS = 16

/** The codes that the kernel takes. Linux: chk_code_allowed */
const ALLOWED = new Set([
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x14, 0x15, 0x16, 0x1c, 0x1d, 0x20, 0x24, 0x25, 0x28,
  0x2c, 0x2d, 0x30, 0x34, 0x35, 0x3c, 0x3d, 0x40, 0x44, 0x45, 0x48, 0x4c, 0x4d, 0x50, 0x54, 0x5c, 0x60, 0x61,
  0x64, 0x6c, 0x74, 0x7c, 0x80, 0x81, 0x84, 0x87, 0x94, 0x9c, 0xa4, 0xac, 0xb1,
])

/** Is each word of memory written before it is read, on every way that leads there? Linux: check_load_and_stores */
function writesBeforeReads(program: readonly Instruction[]): boolean {
  /** Words that every way to an instruction has written, as far as jumps lead there. */
  const reached = program.map(() => 0xffff)
  let written = 0
  for (const [pc, { code, jt, jf, k }] of program.entries()) {
    written &= reached[pc]
    if (code === ST || code === STX) written |= 1 << k
    else if (code === 0x60 || code === 0x61) {
      if ((written & (1 << k)) === 0) return false
    } else if ((code & 7) === JMP) {
      for (const far of code === 0x05 ? [k] : [jt, jf]) reached[pc + 1 + far] &= written
      // What follows is reached by jumps alone, or was counted among them.
      written = 0xffff
    }
  }
  return true
}

/**
 * Is every jump inside the program, every word of memory written before it is read, and the last instruction a return?
 * Linux: bpf_check_classic
 */
export function checkProgram(program: readonly Instruction[]): boolean {
  for (const [pc, i] of program.entries()) {
    if (!ALLOWED.has(i.code)) return false
    if ((i.code === 0x34 || i.code === 0x94) && i.k === 0) return false
    if ((i.code === 0x64 || i.code === 0x74) && i.k >= 32) return false
    if ((i.code === 0x60 || i.code === 0x61 || i.code === ST || i.code === STX) && i.k >= MEM_WORDS)
      return false
    if (i.code === 0x05 && i.k >= program.length - pc - 1) return false
    if ((i.code & 7) === JMP && i.code !== 0x05)
      if (pc + i.jt + 1 >= program.length || pc + i.jf + 1 >= program.length) return false
  }
  const last = program[program.length - 1].code
  return (last === 0x06 || last === 0x16) && writesBeforeReads(program)
}

function alu(code: number, a: number, b: number): number {
  switch (code & 0xf0) {
    case 0x00:
      return (a + b) >>> 0
    case 0x10:
      return (a - b) >>> 0
    case 0x20:
      return Math.imul(a, b) >>> 0
    case 0x30:
      return Math.floor(a / b)
    case 0x40:
      return (a | b) >>> 0
    case 0x50:
      return (a & b) >>> 0
    case 0x60:
      return (a << b) >>> 0
    case 0x70:
      return a >>> b
    case 0x80:
      return -a >>> 0
    case 0x90:
      return a % b
    default:
      return (a ^ b) >>> 0
  }
}

function jumps(code: number, a: number, b: number): boolean {
  switch (code & 0xf0) {
    case 0x10:
      return a === b
    case 0x20:
      return a > b
    case 0x30:
      return a >= b
    default:
      return (a & b) !== 0
  }
}

/** What the program returns for these bytes; 0 where it looks beyond their end or divides by 0. */
export function runProgram(program: readonly Instruction[], b: Uint8Array): number {
  let a = 0
  let x = 0
  const mem: number[] = []
  const load = (at: number, bytes: number): number => {
    if (at + bytes > b.length) return -1
    let n = 0
    for (let i = 0; i < bytes; i++) n = n * 256 + b[at + i]
    return n
  }
  for (let pc = 0; ; pc++) {
    const { code, jt, jf, k } = program[pc]
    const operand = code & 0x08 ? x : k
    switch (code & 7) {
      case LD: {
        const bytes = [4, 2, 1][(code & 0x18) >> 3]
        const mode = code & 0xe0
        const value =
          mode === 0x00
            ? k
            : mode === 0x60
              ? mem[k]
              : mode === 0x80
                ? b.length
                : load(mode === 0x40 ? x + k : k, bytes)
        if (value < 0) return 0
        a = value
        break
      }
      case LDX: {
        const mode = code & 0xe0
        if (mode === 0xa0) {
          const first = load(k, 1)
          if (first < 0) return 0
          x = (first & 15) * 4
        } else x = mode === 0x60 ? mem[k] : mode === 0x80 ? b.length : k
        break
      }
      case ST:
        mem[k] = a
        break
      case STX:
        mem[k] = x
        break
      case ALU:
        if (((code & 0xf0) === 0x30 || (code & 0xf0) === 0x90) && operand === 0) return 0
        a = alu(code, a, operand)
        break
      case JMP:
        pc += (code & 0xf0) === 0 ? k : jumps(code, a, operand) ? jt : jf
        break
      case RET:
        return (code & 0x18) === 0x10 ? a : k
      default:
        if (code & 0x80) a = x
        else x = a
    }
  }
}
