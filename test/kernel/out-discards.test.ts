/** Which packets of this host IP counts as thrown away on their way out: those that went through ip_send_skb. As nstat of Linux 6.18 has it. */
import { expect, test } from 'vitest'
import { gateway, type Gateway } from '../kit.ts'

const discards = (gw: Gateway): number =>
  Number(/\d+/.exec(gw.sh('nstat -azs IpOutDiscards').split('IpOutDiscards')[1]))
const SYN = 'Flags [S], seq 1'

test('not the segments of a connection, nor a reset of REJECT, but one of TCP itself', () => {
  const gw = gateway('iptables -A OUTPUT -p tcp -j DROP')
  gw.lab.exec(0, 'nc -w 1 192.168.0.2 9')
  gw.wait(3)
  expect(discards(gw)).toBe(0)
  gw.rx('lan', `192.168.0.2.5000 > 192.168.0.1.9: ${SYN}`)
  expect(discards(gw)).toBe(1)
  gw.sh('iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset')
  gw.sh('iptables -I INPUT -m conntrack --ctstate ESTABLISHED')
  gw.rx('lan', `192.168.0.2.5001 > 192.168.0.1.10: ${SYN}`)
  expect(discards(gw)).toBe(1)
})

test('a reset that answers what came back is none either', () => {
  const gw = gateway(
    'iptables -A INPUT -m conntrack --ctstate ESTABLISHED -p tcp -j REJECT --reject-with tcp-reset',
  )
  gw.lab.exec(0, 'nc -w 1 192.168.0.2 9')
  gw.wait(0.1)
  const [syn] = gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header] : []))
  gw.sh('iptables -A OUTPUT -p tcp --tcp-flags RST RST -j DROP')
  gw.rx('lan', `192.168.0.2.9 > 192.168.0.1.${syn.sport}: Flags [S.], seq 1, ack ${syn.seq + 1}`)
  expect([gw.drops().filter((why) => why.includes('LOCAL_OUT')).length, discards(gw)]).toEqual([1, 0])
})

test('a datagram of a program is one', () => {
  const gw = gateway('iptables -A OUTPUT -p udp -j DROP')
  gw.lab.exec(0, 'nc -u -w 1 192.168.0.2 9 <<< hello')
  gw.wait(3)
  expect(discards(gw)).toBe(1)
})
