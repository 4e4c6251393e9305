/** What the entry's two tuples have to do with a packet that NAT has rewritten. */
import type { Step } from '../views/journey.ts'
import type { Dir } from './packet.ts'

export interface Turn {
  /**
   * `written`: the entry is being made, its second tuple says what the answer will look like. `turned`: the packet was
   * found by one tuple, and is now the other one turned round.
   */
  how: 'written' | 'turned'
  /** The tuple by which the packet was found: 0 original, 1 reply; null: by none, it is the first of its flow. */
  found: 0 | 1 | null
}

/**
 * A NEW packet makes its entry; every other one was looked up, by the tuple of its direction. Of an ICMP error the quoted
 * packet, turned round, was looked up: it has the direction of that one.
 */
export function turnOf(step: Pick<Step, 'ct'>, dir: Dir): Turn {
  if (step.ct === null || step.ct.state === 'NEW') return { how: 'written', found: null }
  return { how: 'turned', found: (step.ct.dir === '-' ? dir : step.ct.dir) === 'reply' ? 1 : 0 }
}
