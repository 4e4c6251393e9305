/**
 * perf.data: what has been recorded, as text: a head, and for each stack the program that had the CPU, its functions from
 * the outermost on, and how many samples there are of it. (The real file is binary; the page reads this one, too.)
 */
import type { Frame } from './stacks.ts'

export interface Sampled {
  comm: string
  frames: Frame[]
  samples: number
}

export interface Recorded {
  /** Of the kernel that was recorded: its functions. */
  period: 'modern' | 'article'
  event: string
  cpus: number
  /** Nanoseconds that a sample stands for. */
  nsPerSample: number
  stacks: Sampled[]
}

export const PERF_DATA = 'perf.data'
const MAGIC = 'PERFILE2'

/** Functions are written with the station that they work for: `ipv4_conntrack_in@PRE_ROUTING.conntrack`. */
export function writeData(r: Recorded): string {
  const head = [MAGIC, r.period, r.event, r.cpus, r.nsPerSample].join(' ')
  const frame = ({ fn, station }: Frame): string => (station === '' ? fn : `${fn}@${station}`)
  const lines = r.stacks.map((s) => `${[s.comm, ...s.frames.map(frame)].join(';')} ${s.samples}`)
  return [head, ...lines, ''].join('\n')
}

export function readData(text: string): Recorded | null {
  const [head, ...lines] = text.split('\n')
  const [magic, period, event, cpus, ns] = head.split(' ')
  if (magic !== MAGIC || (period !== 'modern' && period !== 'article')) return null
  const stacks = lines.flatMap((line) => {
    const [, names, samples] = /^(.*) (\d+)$/.exec(line) ?? []
    if ((names as string | undefined) === undefined) return []
    const [comm, ...frames] = names.split(';')
    return {
      comm,
      samples: Number(samples),
      frames: frames.map((f) => {
        const [fn, station = ''] = f.split('@')
        return { fn, station }
      }),
    }
  })
  return { period, event, cpus: Number(cpus), nsPerSample: Number(ns), stacks }
}

/** Kernel modules of Ubuntu 18.04 by the functions that they hold; the recorded modern kernel has everything built in. */
const MODULES: readonly [dso: string, functions: RegExp][] = [
  ['[nf_conntrack_ipv4]', /^ipv4_(conntrack|confirm)/],
  ['[nf_conntrack]', /conntrack/],
  ['[iptable_nat]', /^iptable_nat/],
  ['[nf_nat_ipv4]', /^nf_nat_ipv4/],
  ['[nf_nat]', /^nf_nat/],
  ['[iptable_filter]', /^iptable_filter/],
  ['[iptable_mangle]', /^iptable_mangle/],
  ['[iptable_raw]', /^iptable_raw/],
  ['[ip_tables]', /^ipt_do_table/],
  ['[br_netfilter]', /^(br_nf_|ip_sabotage)/],
  ['[bridge]', /^br_/],
  ['[virtio_net]', /^virtnet/],
]

/** Where a function's code is. */
export function dsoOf(fn: string, period: Recorded['period']): string {
  const module = period === 'article' ? MODULES.find(([, functions]) => functions.test(fn)) : undefined
  return module?.[0] ?? '[kernel.kallsyms]'
}
