/** What SYNPROXY says where recordings do not look: the clock in its timestamps, and who freed what found no way. */
import { expect, test } from 'vitest'
import { TH_CWR, TH_ECE, TH_SYN } from '../../src/wire/packet.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import { synproxyStats } from '../../src/kernel/synproxy.ts'
import { gateway, type Gateway } from '../kit.ts'

const proxy = (...lines: string[]): Gateway =>
  gateway(
    'sysctl -w net.netfilter.nf_conntrack_tcp_loose=0',
    'iptables -t raw -A PREROUTING -i lan -p tcp --syn -j CT --notrack',
    'iptables -A FORWARD -i lan -p tcp -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --timestamp --sack-perm --ecn --wscale 7 --mss 1460',
    'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP',
    ...lines,
  )
const sent = (gw: Gateway) => gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header] : []))
const TO = '192.168.0.2.5000 > 8.8.8.8.80:'

test('the timestamp of an answer is the machine’s time in milliseconds but for six bits, which hold what was offered', () => {
  const gw = proxy()
  gw.wait(3)
  const answer = (more: Partial<Skb>): number => {
    gw.events()
    gw.rx('lan', `${TO} Flags [S], seq 1000`, { mss: 1460, ts: 1, tsval: 7, thl: 40, len: 60, ...more })
    return sent(gw)[0].tsval
  }
  const clock = Math.floor((gw.k.machine.bootOffset + gw.k.now) / 1000)
  const plain = (clock - (clock % 64)) >>> 0
  expect(answer({})).toBe(plain + 15)
  expect(answer({ wscale: 5, sackOk: 1 })).toBe(plain + 5 + 16)
  expect(answer({ wscale: 5, flags: TH_SYN | TH_ECE | TH_CWR })).toBe(plain + 5 + 32)
})

test('where no way leads back its answer is freed, and no more is heard of it', () => {
  const gw = proxy('ip rule add from 8.8.8.8 sport 80 prohibit')
  gw.events()
  gw.rx('lan', `${TO} Flags [S], seq 1000`, { mss: 1460 })
  const events = gw.events()
  expect(events.flatMap((e) => (e.type === 'drop' ? [`${e.reason} at ${e.where}`] : []))).toEqual([
    'NOT_SPECIFIED at synproxy_send_client_synack',
  ])
  expect(events.filter((e) => e.type === 'route')).toHaveLength(1)
})

test('what it makes in the client’s name is a packet of nobody; where the way has gone it is freed at the hook', () => {
  const open = (gw: Gateway): number => {
    gw.events()
    gw.rx('lan', `${TO} Flags [S], seq 1000`, { mss: 1460 })
    const [{ seq }] = sent(gw)
    gw.rx('lan', `${TO} Flags [.], seq 1001, ack ${seq + 1}`)
    gw.events()
    return seq
  }
  const answer = '8.8.8.8.80 > 192.168.0.2.5000: Flags [S.], seq 5000, ack 1001'
  const gw = proxy()
  open(gw)
  gw.rx('wan', answer)
  const made = gw.events().flatMap((e) => (e.type === 'make' ? [[e.at, e.program]] : []))
  // One to the server, one to the client.
  expect(made).toEqual([
    ['ip_queue_xmit', ''],
    ['ip_queue_xmit', ''],
  ])
  const lost = proxy()
  open(lost)
  lost.sh('ip route del default')
  lost.rx('wan', answer)
  expect(lost.drops()).toContainEqual(expect.stringContaining('NOT_SPECIFIED at ipv4_synproxy_hook'))
})

test('nobody has looked at the answer to what is not tracked: a zone makes it new', () => {
  const gw = proxy(
    'iptables -t raw -A OUTPUT -p tcp -j CT --zone 1',
    'iptables -t raw -A OUTPUT -p tcp -m conntrack --ctstate NEW',
  )
  gw.rx('lan', `${TO} Flags [S], seq 1000`, { mss: 1460 })
  expect(
    gw
      .sh('iptables -t raw -vnxL OUTPUT')
      .split('\n')
      .slice(2, 4)
      .map((row) => row.trim().split(/ +/)[0]),
  ).toEqual(['1', '1'])
})

test('a connection that begins anew without timestamps keeps the old ones, if its server sends some; it counts as opened again', () => {
  const gw = proxy()
  const stamped = (tsval: number, tsecr: number): Partial<Skb> => ({ ts: 1, tsval, tsecr, thl: 32, len: 52 })
  /** The timestamp that the client hears when the server has answered. */
  const heard = (tsval: number): number => {
    gw.events()
    gw.rx('wan', `8.8.8.8.80 > 192.168.0.2.5000: Flags [S.], seq ${tsval}, ack 1001`, stamped(tsval, 0))
    return sent(gw).find((h) => h.dport === 5000)?.tsval ?? -1
  }
  const reopened = (): number => synproxyStats(gw.k).conn_reopened
  gw.events()
  gw.rx('lan', `${TO} Flags [S], seq 1000`, { mss: 1460, ...stamped(7, 0) })
  const [{ seq, tsval }] = sent(gw)
  gw.rx('lan', `${TO} Flags [.], seq 1001, ack ${seq + 1}`, stamped(8, tsval))
  const first = heard(90_000)
  expect([first, reopened()]).toEqual([tsval, 0])
  gw.rx('wan', '8.8.8.8.80 > 192.168.0.2.5000: Flags [R], seq 90001')
  gw.sh('iptables -t raw -F')
  gw.rx('lan', `${TO} Flags [S], seq 1000`, { mss: 1460 })
  expect([heard(95_000), reopened()]).toEqual([first, 1])
})

test('the answer to what is not tracked is not tracked either where a rule says so', () => {
  const gw = proxy(
    'iptables -t raw -A OUTPUT -p tcp -j CT --notrack',
    'iptables -A OUTPUT -m conntrack --ctstate UNTRACKED',
  )
  gw.rx('lan', `${TO} Flags [S], seq 1000`, { mss: 1460 })
  expect(gw.sh('iptables -vnxL OUTPUT').split('\n')[2].trim().split(/ +/)[0]).toBe('1')
})
