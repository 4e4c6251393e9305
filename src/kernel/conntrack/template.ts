/** What a rule asks of a connection before there is one. Linux: net/netfilter/xt_CT.c, IPS_TEMPLATE */
import type { Skb } from '../skb.ts'

export interface CtTemplate {
  /** Zones of the two directions: original | reply << 16. */
  zones: number
  /** Directions (1 original, 2 reply) whose zone is the packet's mark. */
  zoneMark: number
  helper: string
  /** Name of a timeout policy, '' for none. */
  timeout: string
  /** Events that the connection tells of; and those of its expectations. */
  ctmask: number
  expmask: number
  /** The connection is one of SYNPROXY's. */
  synproxy?: boolean
}

/** The zones that the packet is looked up in. Linux: nf_ct_zone_tmpl */
export function nf_ct_zone_tmpl(skb: Skb): number {
  const { tmpl } = skb
  if (tmpl === null) return 0
  if (tmpl.zoneMark === 0) return tmpl.zones
  const id = skb.mark & 0xffff
  return ((tmpl.zoneMark & 1 ? id : 0) | (tmpl.zoneMark & 2 ? id << 16 : 0)) >>> 0
}
