/** The targets there are, by the name that rules use. */
import type { Target } from '../extension.ts'
import { nfTracer, written, xt_register_targets } from '../modules.ts'
import { ruleText } from '../text.ts'
import { trace_packet } from '../trace-packet.ts'
import { CONNMARK } from './connmark.ts'
import { CT, NOTRACK } from './ct.ts'
import { DNAT } from './dnat.ts'
import { LOG } from './log.ts'
import { MARK } from './mark.ts'
import { MASQUERADE } from './masquerade.ts'
import { NETMAP } from './netmap.ts'
import { REDIRECT } from './redirect.ts'
import { REJECT } from './reject.ts'
import { SNAT } from './snat.ts'
import { SYNPROXY } from './synproxy.ts'
import { TRACE } from './trace.ts'
import { TTL } from './ttl.ts'
import { SET } from './set.ts'
import { CLASSIFY } from './classify.ts'
import { DSCP } from './dscp.ts'
import { ECN } from './ecn.ts'
import { HMARK } from './hmark.ts'
import { IDLETIMER } from './idletimer.ts'
import { NFLOG } from './nflog.ts'
import { NFQUEUE } from './nfqueue.ts'
import { RATEEST } from './rateest.ts'
import { TCPMSS } from './tcpmss.ts'
import { TCPOPTSTRIP } from './tcpoptstrip.ts'
import { TEE } from './tee.ts'
import { TOS } from './tos.ts'
import { TPROXY } from './tproxy.ts'
import { AUDIT, CHECKSUM, CONNSECMARK, SECMARK } from './quiet.ts'

const ALL: readonly Target[] = [
  SNAT,
  DNAT,
  MASQUERADE,
  REDIRECT,
  NETMAP,
  CT,
  NOTRACK,
  MARK,
  CONNMARK,
  LOG,
  TTL,
  REJECT,
  TRACE,
  CLASSIFY,
  DSCP,
  ECN,
  HMARK,
  IDLETIMER,
  NFLOG,
  NFQUEUE,
  RATEEST,
  SYNPROXY,
  TCPMSS,
  TCPOPTSTRIP,
  TEE,
  TOS,
  TPROXY,
  SET,
  AUDIT,
  CHECKSUM,
  CONNSECMARK,
  SECMARK,
]

xt_register_targets(ALL)
nfTracer.rule = trace_packet
written.rule = ruleText

export { TARGETS } from '../modules.ts'
