/** An FTP session: control connection, a word that opens a data connection, and that connection. */
import { textOf } from '../text.ts'
import type { Fields } from '../../../src/lab/replay/packet.ts'
import type { PacketSpec } from '../../../src/lab/replay/scenario.ts'
import type { Dice } from './dice.ts'
import type { World } from './world.ts'

/** Sends packets of a session. */
export interface Sender {
  /** Sends a packet from a wire end; the frame of it that came out. */
  send: (packet: PacketSpec, from: string) => Fields | undefined
  /** A port of the frame that came out last: a reference where chance may have drawn it. */
  port: (frame: Fields, field: 'sport' | 'dport') => number | string
}

interface End {
  at: string
  src: string
  dst: string
  sport: number | string
  dport: number | string
  seq: number
  ack: number
}

const FTP = 21

/** A segment from one end to the other, who hears what came out of the host and acknowledges that. */
function say({ send }: Sender, me: End, peer: End | null, flags: string, data?: string): Fields | undefined {
  const packet: PacketSpec = {
    proto: 'tcp',
    src: me.src,
    dst: me.dst,
    sport: me.sport,
    dport: me.dport,
    flags,
  }
  packet.seq = me.seq
  if (flags.includes('A')) packet.ack = me.ack
  if (data !== undefined) packet.data = data
  const frame = send(packet, me.at)
  const used = (data?.length ?? 0) + (/[SF]/.test(flags) ? 1 : 0)
  me.seq += used
  if (frame && peer && used > 0) {
    const heard = Number(frame['len'] ?? 0) + (/[SF]/.test(flags) ? 1 : 0)
    peer.ack = (Number(frame['seq']) + heard) >>> 0
  }
  return frame
}

/** Who answers a frame that came out. */
function answerer({ port }: Sender, frame: Fields, seq: number): End {
  return {
    at: textOf(frame['at']),
    src: textOf(frame['dst']),
    dst: textOf(frame['src']),
    sport: port(frame, 'dport'),
    dport: port(frame, 'sport'),
    seq,
    ack: (Number(frame['seq']) + 1) >>> 0,
  }
}

const commas = (address: string, port: number): string =>
  `${address.replaceAll('.', ',')},${port >> 8},${port & 255}`

/**
 * The whole session, as far as packets come out on the other side. `wanted`: packets that it may send at most.
 */
export function ftpSession(dice: Dice, world: World, send: Sender): void {
  const end = dice.pick(world.ends)
  const servers = world.ends.filter((e) => e !== end).flatMap((e) => e.addrs)
  const own = world.devs.map((d) => d.addr)
  const client: End = {
    at: end.name,
    src: dice.pick(end.addrs),
    dst: dice.pick(dice.chance(75) ? servers : own),
    sport: dice.pick(world.ports.clients),
    dport: FTP,
    seq: dice.int(1, 0xffffff) * 251,
    ack: 0,
  }
  const syn = say(send, client, null, 'S')
  if (!syn || 'inner' in syn) return
  const server = answerer(send, syn, dice.int(1, 0xffffff) * 17)
  if (!say(send, server, client, 'SA')) return
  say(send, client, server, 'A')
  if (dice.chance(60)) say(send, server, client, 'PA', '220 ready\r\n')
  for (let n = dice.int(1, 2); n > 0; n--) transfer(dice, send, client, server)
  if (dice.chance(40)) {
    say(send, client, server, 'FA')
    say(send, server, client, 'FA')
  }
}

function transfer(dice: Dice, send: Sender, client: End, server: End): void {
  const port = dice.int(1024, 60000)
  // Whom the other side sees, of each of the two.
  const [shown, answering] = [server.dst, client.dst]
  const address = dice.chance(12) ? dice.pick([server.src, '9.9.9.9']) : client.src
  const kind = dice.pick(['PORT', 'PASV', 'EPRT', 'EPSV'])
  let data: End
  if (kind === 'PORT' || kind === 'EPRT') {
    const words = kind === 'PORT' ? `PORT ${commas(address, port)}` : `EPRT |1|${address}|${port}|`
    say(
      send,
      client,
      server,
      'PA',
      `${dice.chance(8) ? words.toLowerCase() : words}${dice.pick(['\r\n', '\r\n', '\n', '\r'])}`,
    )
    say(send, server, client, 'PA', '200 fine\r\n')
    data = { at: server.at, src: server.src, dst: shown, sport: 20, dport: port, seq: 5000, ack: 0 }
  } else {
    say(send, client, server, 'PA', `${kind}\r\n`)
    const words =
      kind === 'PASV'
        ? `227 Entering Passive Mode (${commas(dice.chance(12) ? '9.9.9.9' : server.src, port)}).`
        : `229 Entering Extended Passive Mode (|||${port}|)`
    say(send, server, client, 'PA', `${words}\r\n`)
    say(send, client, server, 'A')
    data = { at: client.at, src: client.src, dst: answering, sport: port ^ 1, dport: port, seq: 900, ack: 0 }
  }
  if (dice.chance(15)) data.dport = port ^ 1
  const opened = say(send, data, null, 'S')
  if (!opened || 'inner' in opened || dice.chance(20)) return
  const other = answerer(send, opened, 77)
  if (!say(send, other, data, 'SA')) return
  say(send, data, other, 'A')
  say(send, other, data, 'PA', 'file')
}
