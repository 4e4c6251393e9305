import type { Target } from '../extension.ts'
import { XT_CONTINUE } from '../extension.ts'
import { flag, option, text, uint } from '../option.ts'

export interface IdletimerData {
  timeout: number
  label: string
  alarm: boolean
}

/** Seconds: a timer takes so many milliseconds as a signed number of 32 bits holds. */
const MAX_TIMEOUT = 2147483

/**
 * Tell through a file of /sys that nothing has passed for so long: nobody reads it here.
 * Linux: net/netfilter/xt_IDLETIMER.c; iptables: extensions/libxt_IDLETIMER.c. Left out: the file in /sys
 */
export const IDLETIMER: Target<IdletimerData> = {
  name: 'IDLETIMER',
  init: () => ({ timeout: 0, label: '', alarm: false }),
  options: [
    option<IdletimerData, number>('timeout', uint(0, 0xffffffff), (d, v) => void (d.timeout = v), {
      mandatory: true,
    }),
    option<IdletimerData, string>('label', text, (d, v) => void (d.label = v.slice(0, 27)), {
      mandatory: true,
    }),
    flag('alarm', (d) => void (d.alarm = true)),
  ],
  checkentry: (d) =>
    d.timeout === 0 || d.timeout >= MAX_TIMEOUT || d.label === '' ? { errno: 'EINVAL', log: '' } : null,
  save: (d) => ` --timeout ${d.timeout} --label ${d.label}${d.alarm ? ' --alarm' : ''}`,
  print: (d) => ` timeout:${d.timeout} label:${d.label}${d.alarm ? ' alarm' : ''}`,
  target: () => XT_CONTINUE,
}
