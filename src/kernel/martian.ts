/** Packets whose addresses cannot be, told to the log. Linux: net/ipv4/route.c ip_handle_martian_source */
import { printIpv4, printMac } from '../wire/address.ts'
import { ifname } from './header.ts'
import type { Kernel } from './kernel.ts'
import { net_ratelimit, printk } from './log.ts'
import { devByIndex, devConf } from './route.ts'
import type { Skb } from './skb.ts'

/** Said where log_martians is on, for all devices or for this one. */
export function ip_martian(k: Kernel, skb: Skb, what: 'source' | 'destination'): void {
  const dev = devByIndex(k.net, skb.iif)
  if (!dev || devConf(k.net, dev, 'log_martians') === 0 || !net_ratelimit(k)) return
  const [src, dst] = [printIpv4(skb.saddr), printIpv4(skb.daddr)]
  if (what === 'destination') {
    printk(k, `IPv4: martian destination ${dst} from ${src}, dev ${dev.name}`)
    return
  }
  printk(k, `IPv4: martian source ${dst} from ${src}, on dev ${ifname(k.net, skb.iif)}`)
  const bytes = `${printMac(skb.dmac)}:${printMac(skb.smac)}:08:00`.replaceAll(':', ' ')
  printk(k, `ll header: 00000000: ${bytes}`)
}
