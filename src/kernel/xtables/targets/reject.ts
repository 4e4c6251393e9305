import { IPPROTO_TCP } from '../../../wire/packet.ts'
import { NF_DROP } from '../../kernel.ts'
import { nf_send_reset, nf_send_unreach } from '../../reject.ts'
import { problem } from '../error.ts'
import type { Target } from '../extension.ts'
import { option, text } from '../option.ts'

export interface RejectData {
  with: string
}

/** Name, older name, ICMP code of type 3; -1: a TCP reset. In the order in which a beginning is looked up. */
const KINDS: readonly [string, string, number][] = [
  ['icmp-net-unreachable', 'net-unreach', 0],
  ['icmp-host-unreachable', 'host-unreach', 1],
  ['icmp-proto-unreachable', 'proto-unreach', 2],
  ['icmp-port-unreachable', 'port-unreach', 3],
  ['icmp-net-prohibited', 'net-prohib', 9],
  ['icmp-host-prohibited', 'host-prohib', 10],
  ['tcp-reset', 'tcp-rst', -1],
  ['icmp-admin-prohibited', 'admin-prohib', 13],
]
const CODES = new Map(KINDS.map(([name, , code]) => [name, code]))

/**
 * Drop the packet and tell its sender.
 * Linux: net/ipv4/netfilter/ipt_REJECT.c reject_tg; iptables: extensions/libipt_REJECT.c
 */
export const REJECT: Target<RejectData> = {
  name: 'REJECT',
  table: 'filter',
  hooks: ['LOCAL_IN', 'FORWARD', 'LOCAL_OUT'],
  init: () => ({ with: 'icmp-port-unreachable' }),
  options: [
    option<RejectData, string>('reject-with', text, (d, v, call) => {
      const word = v.toLowerCase()
      const kind = KINDS.find(([name, old]) => name.startsWith(word) || old.startsWith(word))
      if (!kind && ('echo-reply'.startsWith(word) || 'echoreply'.startsWith(word)))
        call.warn('--reject-with echo-reply no longer supported\n')
      if (!kind) problem(`unknown reject type "${v}"`)
      d.with = kind[0]
    }),
  ],
  checkentry(d, ip) {
    if (d.with !== 'tcp-reset' || (ip.protocol === IPPROTO_TCP && !ip.not.protocol)) return null
    return { errno: 'EINVAL', log: 'ipt_REJECT: TCP_RESET invalid for non-tcp' }
  },
  save: (d) => ` --reject-with ${d.with}`,
  print: (d) => ` reject-with ${d.with}`,
  target(k, skb, d, hook) {
    const code = CODES.get(d.with) ?? 3
    if (code < 0) nf_send_reset(k, skb, hook)
    else nf_send_unreach(k, skb, code, hook)
    return NF_DROP
  },
}
