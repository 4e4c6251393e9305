/** Ports as the tcp and udp matches write them. Linux: iptables, extensions/libxt_tcp.c, libxt_udp.c */
import { problem } from './error.ts'
import { portText, servicePort } from './names.ts'
import { strictNumber } from './number.ts'

/** One port, by number or name. */
export function parsePort(word: string, proto: string): number {
  return (
    strictNumber(word, 0, 0xffff) ??
    servicePort(word, proto) ??
    problem(`invalid port/service \`${word}' specified`)
  )
}

/** `80`, `1000:2000`, `:1023`, `1024:`. */
export function parsePorts(arg: string, proto: string): [number, number] {
  const colon = arg.indexOf(':')
  if (colon < 0) {
    const port = parsePort(arg, proto)
    return [port, port]
  }
  const low = arg.slice(0, colon)
  const high = arg.slice(colon + 1)
  const range: [number, number] = [low ? parsePort(low, proto) : 0, high ? parsePort(high, proto) : 0xffff]
  if (range[0] > range[1]) problem('invalid portrange (min > max)')
  return range
}

/** For TCP and UDP all ports are none; for others (saveGiven) a range like any other, and null is none. */
export function savePorts(name: string, ports: [number, number], invert: boolean): string {
  return isAll(ports) ? '' : saveGiven(name, ports, invert)
}

const isAll = ([min, max]: [number, number]): boolean => min === 0 && max === 0xffff

export function saveGiven(name: string, ports: [number, number] | null, invert: boolean): string {
  if (ports === null) return ''
  const [min, max] = ports
  return `${invert ? ' !' : ''} --${name} ${min}${min === max ? '' : `:${max}`}`
}

export function printPorts(
  name: string,
  ports: [number, number] | null,
  invert: boolean,
  proto: string,
  numeric: boolean,
): string {
  if (ports === null || (isAll(ports) && !invert)) return ''
  const [min, max] = ports
  const inv = invert ? '!' : ''
  return min === max
    ? ` ${name}:${inv}${portText(min, proto, numeric)}`
    : ` ${name}s:${inv}${portText(min, proto, numeric)}:${portText(max, proto, numeric)}`
}
