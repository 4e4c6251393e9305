/** The page's end of the protocol: the lab in a worker, or, where no worker can be had, in slices on the main thread. */
import type { Answer, Request } from './protocol.ts'

export interface LabClient {
  ask(request: Request): Promise<Answer>
  /** Where the lab runs: the page says so when it is not a worker. */
  readonly where: 'worker' | 'main'
  close(): void
}
