/**
 * The IRC helper: reads the DCC commands that a client sends, expects the connection to the port that they name, and, where
 * the conversation with the server is translated, writes the translated address in the place of the client's.
 *
 * Linux: net/netfilter/nf_conntrack_irc.c, nf_nat_irc.c
 */
import { printIpv4 } from '../../wire/address.ts'
import { IPPROTO_TCP } from '../../wire/packet.ts'
import { NF_ACCEPT, type Kernel } from '../kernel.ts'
import { printk } from '../log.ts'
import { IP_CT_ESTABLISHED, type Skb } from '../skb.ts'
import { IPS_NAT_MASK } from './conn.ts'
import { nf_ct_expect_related } from './expect.ts'
import type { Expectation } from './expectation.ts'
import { nf_ct_zones } from './ext.ts'
import {
  nf_ct_helper_log,
  nf_nat_exp_find_port,
  nf_nat_follow_master,
  nf_nat_mangle_tcp_packet,
  type Place,
} from './helper-nat.ts'
import { nf_conntrack_helper_register } from './helpers.ts'

/** How many bytes must follow, at least, for a command to be looked for: ` :\1DCC SENT t AAAAAAAA P\1\n`. */
const LEAST = 26
const KINDS = ['SEND ', 'CHAT ', 'MOVE ', 'TSEND ', 'SCHAT ']
/** Between the kind and the address, `AAAAAAAA P\1\n`. */
const LEAST_OF_ADDRESS = 12

interface Dcc extends Place {
  addr: number
  port: number
}

/** Where the command begins behind its kind; -1: it is another message. */
function commandAt(text: string): number {
  const last = text.length - LEAST
  let at = 0
  while (at < last && text.charAt(at) === ' ') at++
  if (!text.startsWith('PRIVMSG ', at)) return -1
  at = text.indexOf(' :', at + 8)
  if (at < 0 || at >= last || !text.startsWith('\x01DCC ', at + 2)) return -1
  const from = at + 7
  const kind = KINDS.find((word) => text.startsWith(word, from))
  return kind === undefined ? -1 : from + kind.length
}

/** `file 3232235778 5000`. Linux: parse_dcc */
function parse_dcc(text: string, at: number): Dcc | null {
  const from = text.indexOf(' ', at) + 1
  if (from === 0 || from > text.length - LEAST_OF_ADDRESS || !text.includes('\n', from)) return null
  const [found, addr, port] = /^(\d*) *(\d*)/.exec(text.slice(from)) ?? ['', '', '']
  return { from, length: found.length, addr: Number(addr) >>> 0, port: Number(port) & 0xffff }
}

function help(k: Kernel, skb: Skb): number {
  if (skb.ctinfo !== IP_CT_ESTABLISHED) return NF_ACCEPT
  const text = k.payloadText(skb.payload)
  const at = commandAt(text)
  const dcc = at < 0 ? null : parse_dcc(text, at)
  return dcc ? announce(k, skb, text, dcc) : NF_ACCEPT
}

function announce(k: Kernel, skb: Skb, text: string, dcc: Dcc): number {
  const { ct } = k.machine
  const slot = skb.nfct
  const own = ct.src[slot * 2]
  const shown = ct.dst[slot * 2 + 1]
  if ((dcc.addr !== own && dcc.addr !== shown) || dcc.port === 0) {
    const { addr, port } = dcc
    printk(k, `nf_conntrack_irc: Forged DCC command from ${printIpv4(own)}: ${printIpv4(addr)}:${port}`)
    return NF_ACCEPT
  }
  const expectation: Expectation = {
    timeout: 0,
    tuple: { protonum: IPPROTO_TCP, src: 0, dst: shown, sport: 0, dport: dcc.port },
    srcMask: 0,
    master: ct.id[slot],
    slot,
    helper: 'irc',
    zones: nf_ct_zones(ct, slot),
    dir: 1,
    savedPort: 0,
  }
  if ((ct.status[slot] & IPS_NAT_MASK) === 0)
    return nf_ct_expect_related(k, expectation)
      ? NF_ACCEPT
      : nf_ct_helper_log(k, skb, 'irc', 'cannot add expectation')
  const port = nf_nat_exp_find_port(k, expectation, dcc.port)
  if (port === null) return nf_ct_helper_log(k, skb, 'irc', 'all ports in use')
  nf_nat_mangle_tcp_packet(k, skb, text, dcc, `${shown} ${port}`)
  return NF_ACCEPT
}

nf_conntrack_helper_register({
  name: 'irc',
  protonum: IPPROTO_TCP,
  port: 6667,
  most: 8,
  help,
  expected: nf_nat_follow_master,
})
