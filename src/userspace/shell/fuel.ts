/**
 * Fuel: the work a command line may do at one moment of lab time, so that `while true; do :; done` or `yes` ends
 * instead of holding up the page. When lab time goes on (a loop with `sleep`, a `tcpdump` that listens) the tank is
 * full again: between two moments the page can breathe and Ctrl-C is heard.
 *
 * Long before that a shell breaks off after a slice of work, where the lab asks for it, and goes on at the same moment of
 * lab time: what holds up the page is never more than a slice (or one program that works on a long text).
 *
 * Running out is thrown, because what runs out may be deep inside a program's loop; os.ts catches it at the border of
 * the system and ends the job.
 */
import type { Call } from './state.ts'

/** A unit is about a microsecond of work on a common computer. */
const FUEL = 3_000_000

/** The job `job` has used more than its share. */
export class OutOfFuel extends Error {
  readonly job: number
  constructor(job: number, message: string) {
    super(message)
    this.job = job
  }
}

/** Use up `units` of the job's fuel. */
export function spend(call: Call, jobId: number, units: number): void {
  call.spent += units
  const own = call.os.jobs.get(jobId)
  if (!own) return
  const job = call.os.jobs.get(own.payer) ?? own
  if (job.at !== call.ctx.k.now) {
    job.at = call.ctx.k.now
    job.used = 0
  }
  job.used += units
  if (job.used > (call.ctx.fuel ?? FUEL)) {
    throw new OutOfFuel(job.id, 'stopped: too much work at one moment of lab time (an endless loop?)')
  }
}

/** A pipe, a file, a variable or the terminal was to hold more than it can. */
export function outOfSpace(job: number): OutOfFuel {
  return new OutOfFuel(job, 'stopped: too much text')
}
