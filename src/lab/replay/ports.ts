/** Which cards of a host the frames of a device leave by. */
import type { Dev } from '../../kernel/netns.ts'

/** Its own, or those of the ports of a bridge: of itself, or of the one that its other end, a veth's, is a port of. */
export function portsBehind(devs: readonly Dev[], name: string): string[] {
  const own = devs.find((d) => d.name === name)
  if (own === undefined) return [name]
  const through = own.peer === undefined ? own : devs[own.peer - 1]
  const bridge = through.bridge ? through.ifindex : own.peer === undefined ? 0 : through.master
  if (bridge === 0) return [name]
  return devs.flatMap((d) => (d.master === bridge && d.up && d.ifindex !== own.peer ? d.name : []))
}
