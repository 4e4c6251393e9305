/** The TCP machine, compiled: states as numbers, one table of transitions. */
import { tcpMachine as compiled } from './tcp-compiled.ts'

/** Packet classes. Linux: enum tcp_bit_set */
export const TCP_SYN_SET = 0
export const TCP_SYNACK_SET = 1
export const TCP_FIN_SET = 2
export const TCP_ACK_SET = 3
export const TCP_RST_SET = 4
export const TCP_NONE_SET = 5

const number = (name: string): number => {
  const n = compiled.state[name]
  if (n === undefined) throw new Error(`tcp.machine has no state ${name}`)
  return n
}

export const NONE = number('NONE')
export const SYN_SENT = number('SYN_SENT')
export const SYN_RECV = number('SYN_RECV')
export const ESTABLISHED = number('ESTABLISHED')
export const FIN_WAIT = number('FIN_WAIT')
export const CLOSE_WAIT = number('CLOSE_WAIT')
export const LAST_ACK = number('LAST_ACK')
export const TIME_WAIT = number('TIME_WAIT')
export const CLOSE = number('CLOSE')
export const SYN_SENT2 = number('SYN_SENT2')

/** What the table says besides a next state. */
export const INVALID = -1
export const IGNORE = -2
/** Flag on a next state: only after the reopen test. */
export const REOPEN = 16
/** Flag on a next state: a connection met in mid-stream. */
export const PICKUP = 32

const CLASSES = ['SYN', 'SYNACK', 'FIN', 'ACK', 'RST']

/** [direction][class][state] -> INVALID, IGNORE, or the next state, with REOPEN or PICKUP. */
const table = new Int8Array(2 * 6 * compiled.states.length).fill(INVALID)
for (let dir = 0; dir < 2; dir++)
  CLASSES.forEach((name, cls) => {
    const e = compiled.event[`${dir === 0 ? 'ORIGINAL' : 'REPLY'}_${name}`]
    if (e === undefined) return
    for (let s = 0; s < compiled.states.length; s++) {
      const at = s * compiled.events.length + e
      if (compiled.next[at] < 0) continue
      const action = compiled.actions[compiled.action[at]]
      table[(dir * 6 + cls) * compiled.states.length + s] =
        action === 'ignore'
          ? IGNORE
          : compiled.next[at] | (action === 'reopen' ? REOPEN : action === 'pickup' ? PICKUP : 0)
    }
  })

/** The entry of the table for a packet class in a direction and an old state. */
export function tcpTransition(dir: number, cls: number, state: number): number {
  return table[(dir * 6 + cls) * compiled.states.length + state]
}

/** The number of a state; 0 (NONE) for a name that is none. */
export function tcpStateNumber(name: string): number {
  return compiled.state[name] ?? NONE
}

export function tcpStateName(state: number): string {
  return compiled.states[state] ?? ''
}
