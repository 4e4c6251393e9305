/** The knobs: which sysctls there are, how far a slider reaches, and the command that a slider is. */

export interface Knob {
  /** The sysctl, whole. */
  name: string
  /** What stands beside the slider. */
  label: string
  unit: '' | 's'
  /** Where the slider ends. The number field takes anything: what the kernel refuses, sysctl says itself. */
  min: number
  max: number
}

const PREFIX = 'net.netfilter.nf_conntrack_'
/** The kernel makes buckets by the page: 512 at least. */
const SIZES: Record<string, [number, number]> = {
  [`${PREFIX}max`]: [1, 1_048_576],
  [`${PREFIX}buckets`]: [512, 262_144],
}
/** What a reader turns first. */
const FIRST = [`${PREFIX}max`, `${PREFIX}buckets`, `${PREFIX}tcp_timeout_time_wait`]

/** `first` are always in view, `rest` (the other timeouts) can be opened. */
export function knobsOf(sysctl: Readonly<Record<string, number>>): { first: Knob[]; rest: Knob[] } {
  const names = Object.keys(sysctl).filter(
    (n) => n in SIZES || (n.startsWith(PREFIX) && n.includes('_timeout')),
  )
  const knob = (name: string): Knob => {
    const [min, max] = SIZES[name] ?? [1, 432_000]
    return { name, label: name.slice('net.netfilter.'.length), unit: name in SIZES ? '' : 's', min, max }
  }
  return {
    first: FIRST.filter((n) => names.includes(n)).map(knob),
    rest: names.filter((n) => !FIRST.includes(n)).map(knob),
  }
}

/** Sliders are logarithmic: 1 to a million in one hand's breadth. Positions go from 0 to STEPS. */
export const STEPS = 240

export function toPosition(value: number, min: number, max: number): number {
  const within = Math.min(max, Math.max(min, value))
  return Math.round((STEPS * Math.log(within / min)) / Math.log(max / min))
}

/** A round number: two digits that count below a thousand, powers of two stay reachable by the number field. */
export function fromPosition(position: number, min: number, max: number): number {
  if (position <= 0) return min
  if (position >= STEPS) return max
  const exact = min * (max / min) ** (position / STEPS)
  if (exact < 20) return Math.min(max, Math.max(min, Math.round(exact)))
  const unit = 10 ** (Math.floor(Math.log10(exact)) - 1)
  return Math.min(max, Math.max(min, Math.round(exact / unit) * unit))
}

export function setting(name: string, value: number | string): string {
  return `sysctl -w ${name}=${value}`
}

/** What is typed into a number field becomes one word of a command, or nothing. */
export function typedNumber(text: string): string | null {
  const word = text.trim()
  return /^-?\d{1,20}$/.test(word) ? word : null
}
