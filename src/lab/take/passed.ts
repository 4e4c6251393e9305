/** By which cards of a host a frame goes: where it has a bridge, by the bridge's own and by the port's. */
import type { TraceEvent } from '../../kernel/trace.ts'
import type { HostState, LabState } from '../state.ts'

export type Frame = TraceEvent & { type: 'rcv' | 'xmit' }

/** Names of cards by events, in the order in which the frame passes them. Events are asked for in their order, each once. */
export class Passed {
  private readonly hosts: ReadonlyMap<string, HostState>
  /** By packet: the link that it went onto last. */
  private readonly links = new Map<number, number>()
  /** By host and packet: the bridge by which it is routed, until it has been seen there. */
  private readonly routed = new Map<string, string>()

  constructor({ hosts }: LabState) {
    this.hosts = new Map(hosts.map((h) => [h.name, h]))
  }

  /** Something else happens to a packet. */
  hear(e: TraceEvent): void {
    if (e.type === 'route') this.routed.set(`${e.host} ${e.skb}`, e.dev)
  }

  devicesOf(e: Frame): string[] {
    const devs = this.hosts.get(e.host)?.net.devs ?? []
    const dev = devs.find((d) => d.name === e.dev)
    if (!dev) return [e.dev]
    if (e.type === 'rcv') {
      const link = this.links.get(e.skb) ?? -1
      const port = dev.bridge === null || link < 0 ? undefined : devs.find((d) => d.link === link)
      return port?.master === dev.ifindex ? [port.name, dev.name] : [dev.name]
    }
    this.links.set(e.skb, dev.link)
    const bridge = dev.master === 0 ? undefined : devs[dev.master - 1]
    const key = `${e.host} ${e.skb}`
    // What only goes from port to port has not been routed; what goes to all ports has left the bridge once.
    if (!bridge || this.routed.get(key) !== bridge.name) return [dev.name]
    this.routed.delete(key)
    return [bridge.name, dev.name]
  }
}
