/** What nf_conntrack_log_invalid makes conntrack say. Linux: nf_ct_l4proto_log_invalid and those who call it */
import { printIpv4 } from '../../wire/address.ts'
import { IPPROTO_ICMP, IPPROTO_SCTP } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { OLD_LOG_INVALID } from '../period.ts'
import type { Skb } from '../skb.ts'
import { nf_log_packet } from '../xtables/log-packet.ts'
import {
  ctOptional,
  LOG_ACK_OVER,
  LOG_ACK_UNDER,
  LOG_BAD_CHECKSUM,
  LOG_BAD_CRC,
  LOG_CHALLENGE_ACK,
  LOG_CHUNKS,
  LOG_FLAGS,
  LOG_ICMP_DADDR,
  LOG_ICMP_TYPE,
  LOG_IGNORED,
  LOG_LOWERED,
  LOG_NEW,
  LOG_RST,
  LOG_SEQ_OVER,
  LOG_SEQ_OVERSHOT,
  LOG_SEQ_UNDER,
  LOG_SHORT,
  LOG_TAG,
  LOG_TRANSITION,
  LOG_TRUNCATED,
} from './optional.ts'
import { tcpStateName } from './tcp.ts'

/** NF_LOG_TCPSEQ | NF_LOG_TCPOPT | NF_LOG_IPOPT | NF_LOG_UID */
const FLAGS = 15

/** A number as a machine that writes the lowest byte first takes it from the wire. */
function swapped(value: number, bytes: number): number {
  let out = 0
  for (let i = 0; i < bytes; i++) out = out * 256 + (Math.floor(value / 256 ** i) & 255)
  return out
}

function words(skb: Skb, what: number, v: number): string {
  switch (what) {
    case LOG_BAD_CHECKSUM:
      return skb.protocol === IPPROTO_ICMP ? 'bad hw icmp checksum' : 'bad checksum'
    case LOG_TRUNCATED:
      return 'truncated packet'
    case LOG_FLAGS:
      return 'invalid tcp flag combination'
    case LOG_NEW:
      return 'invalid new'
    case LOG_TRANSITION:
    case LOG_IGNORED: {
      const packet = `packet (index ${v & 7}) in dir ${(v >> 3) & 1}`
      return `${packet} ${what === LOG_IGNORED ? 'ignored' : 'invalid'}, state ${tcpStateName(v >> 4)}`
    }
    case LOG_CHALLENGE_ACK:
      return 'challenge-ack ignored'
    case LOG_RST:
      return 'invalid rst'
    case LOG_SEQ_OVER:
      return `SEQ is over upper bound ${v} (over the window of the receiver)`
    case LOG_SEQ_OVERSHOT:
      return `${v} bytes more than expected`
    case LOG_ACK_OVER:
      return `ACK is over upper bound ${v} (ACKed data not seen yet)`
    case LOG_SEQ_UNDER:
      return `SEQ is under lower bound ${v} (already ACKed data retransmitted)`
    case LOG_ACK_UNDER:
      return `ignored ACK under lower bound ${v} (possible overly delayed)`
    case LOG_LOWERED:
      return `packet (index ${v & 7}, dir ${(v >> 3) & 1}) response for index ${(v >> 4) & 7} lower timeout to ${Math.floor(v / 128)}`
    case LOG_ICMP_TYPE:
      return 'invalid icmp type'
    case LOG_ICMP_DADDR:
      return `outer daddr ${printIpv4(skb.daddr)} != inner ${printIpv4(v)}`
    case LOG_SHORT:
      return skb.protocol === IPPROTO_SCTP ? 'nf_ct_sctp: short packet ' : 'short packet'
    case LOG_BAD_CRC:
      return 'nf_ct_sctp: bad CRC '
    case LOG_CHUNKS: {
      const length = Math.floor(v / 2) & 0xffff
      const [type, at] = [Math.floor(v / 0x20000) & 0xff, Math.floor(v / 0x2000000)]
      return `do_basic_checks failed. chunk num ${at}, type ${type}, len ${swapped(length, 2)} flag ${v & 1}\\x0a`
    }
    case LOG_TAG: {
      const hex = (tag: number): string => swapped(tag, 4).toString(16)
      return `verification tag check failed ${hex(skb.seq)} vs ${hex(v >>> 0)} for dir ${v < 2 ** 32 ? 0 : 1}`
    }
    default:
      return ''
  }
}

ctOptional.log = (k: Kernel, skb: Skb, what: number, value: number): void => {
  if (k.machine.differs & OLD_LOG_INVALID) return
  const hook = skb.iif === 0 ? 'LOCAL_OUT' : 'PRE_ROUTING'
  nf_log_packet(k, skb, hook, `nf_ct_proto_${skb.protocol}: ${words(skb, what, value)} `, FLAGS)
}
