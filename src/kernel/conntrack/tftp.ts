/**
 * The TFTP helper: who asks to read or to write a file is answered from another port of the server, which is expected.
 *
 * Linux: net/netfilter/nf_conntrack_tftp.c, nf_nat_tftp.c; RFC 1350
 */
import { IPPROTO_UDP } from '../../wire/packet.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import { IPS_NAT_MASK } from './conn.ts'
import { nf_ct_expect_related } from './expect.ts'
import { nf_ct_zones } from './ext.ts'
import { nf_nat_follow_master } from './helper-nat.ts'
import { nf_conntrack_helper_register } from './helpers.ts'

/** TFTP_OPCODE_READ, TFTP_OPCODE_WRITE: two bytes */
const REQUESTS = ['\0\x01', '\0\x02']

function help(k: Kernel, skb: Skb): number {
  if (!REQUESTS.includes(k.payloadText(skb.payload).slice(0, 2))) return NF_ACCEPT
  const { ct } = k.machine
  const slot = skb.nfct
  const reply = slot * 2 + 1
  const translated = (ct.status[slot] & IPS_NAT_MASK) !== 0
  const expected = nf_ct_expect_related(k, {
    timeout: 0,
    tuple: {
      protonum: IPPROTO_UDP,
      src: ct.src[reply],
      dst: ct.dst[reply],
      sport: 0,
      dport: ct.dport[reply],
    },
    master: ct.id[slot],
    slot,
    helper: 'tftp',
    zones: nf_ct_zones(ct, slot),
    dir: 1,
    savedPort: translated ? ct.sport[slot * 2] : 0,
  })
  return expected ? NF_ACCEPT : NF_DROP
}

nf_conntrack_helper_register({
  name: 'tftp',
  protonum: IPPROTO_UDP,
  port: 69,
  most: 1,
  help,
  expected: nf_nat_follow_master,
})
