/** A page fetched through a proxy for handshakes: both ends are whole TCPs, and neither notices. */
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../src/ui/text/en/index.ts'
import { zh } from '../../src/ui/text/zh/index.ts'
import { say, sentenceOf } from '../../src/ui/views/sentences.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'
import './chinese.ts'

const PROXY = [
  'sysctl -w net.netfilter.nf_conntrack_tcp_loose=0',
  'iptables -t raw -A PREROUTING -p tcp --syn --dport 80 -j CT --notrack',
  'iptables -A FORWARD -p tcp --dport 80 -m state --state INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460',
  'iptables -A FORWARD -m state --state INVALID -j DROP',
].map((line): [string, string] => ['gateway', line])

describe('one page fetched through SYNPROXY', () => {
  let page: Page
  beforeAll(() => {
    page = new Page(FORWARD, SNAT, ...PROXY, ['pc1', 'curl http://baidu.com/'])
  })

  /** What left a host: flags, sequence number, acknowledgement. */
  const sent = (host: string): { flags: number; seq: number; ack: number; win: number }[] =>
    page.past.flatMap((e) => (e.type === 'xmit' && e.host === host ? [e.header] : []))

  test('the page comes, whole', () => {
    const connections = page.past.filter((e) => e.type === 'ct' && e.event === 'NEW')
    expect(connections).toHaveLength(1)
    const data = sent('gateway').filter((h) => h.flags === 0x18)
    expect(data).toHaveLength(2)
  })

  test('the client hears the cookie’s numbers, and the server its own', () => {
    const [cookie] = sent('gateway')
    const [answer] = sent('baidu')
    expect(cookie).toMatchObject({ flags: 0x12, win: 0 })
    const toClient = sent('gateway').filter((h) => h.flags === 0x18 && h.seq !== cookie.ack)
    expect(toClient.map((h) => h.seq)).toEqual([(cookie.seq + 1) >>> 0])
    const toServer = sent('gateway').filter((h) => h.flags === 0x18 && h.seq === cookie.ack)
    expect(toServer.map((h) => h.ack)).toEqual([(answer.seq + 1) >>> 0])
  })

  test('the SYN is taken in FORWARD, the server’s answer at the end of POSTROUTING, and it is said by whom', () => {
    const taken = page.past.flatMap((e) => {
      if (e.type !== 'station' || e.verdict !== 'STOLEN') return []
      const step = page.visit(e.skb, e.host).steps.find((one) => one.station === e.station)
      return step ? [[sentenceOf(step, en, say.en), sentenceOf(step, zh, say.zh)]] : []
    })
    expect(taken).toEqual([
      [
        'gateway FORWARD filter: SYNPROXY takes the packet, and sends its own',
        'gateway FORWARD filter：SYNPROXY 取走这个包，改发自己的包',
      ],
      [
        'gateway FORWARD filter: SYNPROXY takes the packet, and sends its own',
        'gateway FORWARD filter：SYNPROXY 取走这个包，改发自己的包',
      ],
      [expect.stringMatching(/^gateway POSTROUTING .*: SYNPROXY takes/), expect.stringContaining('SYNPROXY')],
    ])
  })
})
