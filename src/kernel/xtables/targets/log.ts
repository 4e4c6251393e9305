import { problem } from '../error.ts'
import { XT_CONTINUE, type OptionSpec, type Target } from '../extension.ts'
import {
  NF_LOG_IPOPT,
  NF_LOG_MACDECODE,
  nf_log_packet,
  NF_LOG_TCPOPT,
  NF_LOG_TCPSEQ,
  NF_LOG_UID,
} from '../log-packet.ts'
import { flag, logLevel, option, text } from '../option.ts'
import { quote } from '../quote.ts'

export interface LogData {
  level: number
  /** NF_LOG_* bits. */
  flags: number
  prefix: string
}

const FLAGS: readonly [string, number][] = [
  ['tcp-sequence', NF_LOG_TCPSEQ],
  ['tcp-options', NF_LOG_TCPOPT],
  ['ip-options', NF_LOG_IPOPT],
  ['uid', NF_LOG_UID],
  ['macdecode', NF_LOG_MACDECODE],
]
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']
/** The first name that syslog.h has for a level. */
const PRINTED = LEVELS.map((name) => (name === 'warning' ? 'warn' : name))
const WARNING = 4

/**
 * Write the packet into the kernel log and go on.
 * Linux: net/netfilter/xt_LOG.c log_tg; iptables: extensions/libxt_LOG.c. Left out: levels in the log
 */
export const LOG: Target<LogData> = {
  name: 'LOG',
  init: () => ({ level: WARNING, flags: 0, prefix: '' }),
  options: [
    option<LogData, number>('log-level', logLevel, (d, v) => void (d.level = v)),
    option<LogData, string>('log-prefix', text, (d, v) => {
      if (v === '') problem('Argument must have a minimum length of 1 characters\n')
      d.prefix = v.slice(0, 29)
      if (v.includes('\n')) problem('Newlines not allowed in --log-prefix')
    }),
    ...FLAGS.map(([name, bit]): OptionSpec<LogData> => flag(`log-${name}`, (d) => void (d.flags |= bit))),
  ],
  save(d) {
    let out = d.prefix === '' ? '' : ` --log-prefix ${quote(d.prefix)}`
    if (d.level !== WARNING) out += ` --log-level ${d.level}`
    for (const [name, bit] of FLAGS) if (d.flags & bit) out += ` --log-${name}`
    return out
  },
  print(d, numeric) {
    let out = ' LOG'
    if (numeric) out += ` flags ${d.flags} level ${d.level}`
    else {
      out += ` level ${PRINTED[d.level]}`
      for (const [name, bit] of FLAGS) if (d.flags & bit) out += ` ${name}`
    }
    return d.prefix === '' ? out : `${out} prefix "${d.prefix}"`
  },
  target(k, skb, d, hook) {
    nf_log_packet(k, skb, hook, d.prefix, d.flags)
    return XT_CONTINUE
  },
}
