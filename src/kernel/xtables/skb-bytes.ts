import { packetBytes } from '../../wire/bytes.ts'
import type { Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'

/** The packet from its IP header on, as it is now. */
export function skbBytes(k: Kernel, skb: Skb): Uint8Array {
  return packetBytes(skb, k.payloadText(skb.payload))
}
