/**
 * What there is to know of the machine itself: its CPUs, and what conntrack takes of its memory.
 * man 1 nproc; man 5 slabinfo (Linux: mm/slub.c get_slabinfo, slab_common.c cache_show)
 */
import type { Kernel } from '../kernel/kernel.ts'
import { addProcFile } from './procfs.ts'
import type { Program } from './program.ts'

/** A cache's objects: their size, how many lie in a slab, and pages of a slab. */
const NF_CONNTRACK = {
  modern: { size: 256, each: 16, pages: 1 },
  article: { size: 320, each: 12, pages: 1 },
}

/** Entries of all namespaces: they share one cache. */
function entries(k: Kernel): number {
  let n = 0
  for (let ns = 0, one: Kernel | null; (one = ns === k.net.index ? k : k.netns(ns)) !== null; ns++)
    n += one.net.ctCount
  return n
}

/** Of the caches of a kernel this model has one. A slab that is begun counts with all its objects. */
addProcFile('/proc/slabinfo', (k) => {
  const { size, each, pages } = NF_CONNTRACK[k.machine.period]
  const slabs = Math.ceil(entries(k) / each)
  const numbers = [slabs * each, slabs * each, size].map((n) => String(n).padStart(6)).join(' ')
  const layout = `${String(each).padStart(4)} ${String(pages).padStart(4)}`
  const slabdata = [slabs, slabs, 0].map((n) => String(n).padStart(6)).join(' ')
  return (
    'slabinfo - version: 2.1\n' +
    '# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n' +
    `nf_conntrack      ${numbers} ${layout} : tunables    0    0    0 : slabdata ${slabdata}\n`
  )
})

const nproc: Program = {
  name: 'nproc',
  usage: 'nproc',
  start(sys) {
    sys.out(`${sys.k.machine.cpus}\n`)
    sys.exit(0)
  },
}

export const machinePrograms: readonly Program[] = [nproc]
