/** Switches of the whole machine that a run turns, and puts back. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const WANTED: Readonly<Record<string, string>> = {
  // Namespaces other than the first may write to the kernel's log.
  '/proc/sys/net/netfilter/nf_log_all_netns': '1',
  // … which would be slow if it were a terminal's, too.
  '/proc/sys/kernel/printk': '1 4 1 7',
  // "table full" is told each time.
  '/proc/sys/net/core/message_cost': '0',
  // Listing the table looks into each bucket: of 262,144 it takes 60 ms, which is most of a checkpoint's time.
  '/proc/sys/net/netfilter/nf_conntrack_buckets': '32768',
}
const GLOBAL = {
  nf_conntrack_max: '/proc/sys/net/netfilter/nf_conntrack_max',
  nf_conntrack_buckets: '/proc/sys/net/netfilter/nf_conntrack_buckets',
} as const

function read(path: string): string {
  return readFileSync(path, 'utf8').trim().split(/\s+/).join(' ')
}

/** Who has turned them: a second run would take what it finds for what there was. */
const LOCK = join(tmpdir(), 'netfilter-lab-kernel.pid')

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Write our number where no other run has its own. False: one is at work. */
function take(): boolean {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const other = Number(readFileSync(LOCK, 'utf8'))
    if (isRunning(other)) return false
    rmSync(LOCK)
    return take()
  }
}

export class Switches {
  private readonly old = new Map<string, string>()

  /** Throws when another run has them. */
  turn(): void {
    if (!take()) throw new Error(`another run of it is at work (${LOCK})`)
    for (const path of [...Object.keys(WANTED), GLOBAL.nf_conntrack_max]) this.old.set(path, read(path))
    this.keep()
  }

  /** Somebody else may have put them back: then say so and turn them again. `own`: but for those that a scenario turns. */
  keep(own = false): boolean {
    const mine = ([path]: [string, string]): boolean => own && path === GLOBAL.nf_conntrack_buckets
    const lost = Object.entries(WANTED).filter((w) => !mine(w) && read(w[0]) !== w[1])
    for (const [path, value] of lost) writeFileSync(path, value)
    return lost.length === 0
  }

  setGlobal(values: {
    nf_conntrack_max?: number | undefined
    nf_conntrack_buckets?: number | undefined
  }): void {
    if (values.nf_conntrack_max !== undefined)
      writeFileSync(GLOBAL.nf_conntrack_max, `${values.nf_conntrack_max}`)
    if (values.nf_conntrack_buckets !== undefined)
      writeFileSync(GLOBAL.nf_conntrack_buckets, `${values.nf_conntrack_buckets}`)
  }

  restoreGlobal(): void {
    this.putBack(GLOBAL.nf_conntrack_max)
    this.keep()
  }

  restore(): void {
    if (this.old.size === 0) return
    for (const path of this.old.keys()) this.putBack(path)
    rmSync(LOCK, { force: true })
  }

  private putBack(path: string): void {
    const value = this.old.get(path)
    if (value !== undefined && read(path) !== value) writeFileSync(path, value)
  }
}
