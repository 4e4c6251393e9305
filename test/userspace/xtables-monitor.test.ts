/** xtables-monitor --trace: a real one's lines for the same rules and packets, but for names of packets and cards. */
import { expect, test } from 'vitest'
import { bootLab } from '../../src/lab/lab.ts'
import { gateway } from '../../src/lab/labs/gateway.ts'

/** What the real program said of one datagram, with rules made chain by chain. */
const REAL = `PACKET: 2 ID IN=eth0 MAC SRC=192.168.0.2 DST=123.125.115.110 LEN=30 TOS=0x0 TTL=64 ID=N DF SPORT=4000 DPORT=6 
 TRACE: 2 ID raw:PREROUTING:rule:0x2:CONTINUE  -4 -t raw -A PREROUTING -p udp -j TRACE
 TRACE: 2 ID raw:PREROUTING:policy:ACCEPT 
PACKET: 2 ID IN=eth0 OUT=eth1 MAC SRC=192.168.0.2 DST=123.125.115.110 LEN=30 TOS=0x0 TTL=63 ID=N DF SPORT=4000 DPORT=6 
 TRACE: 2 ID filter:FORWARD:rule:0x2:JUMP:U  -4 -t filter -A FORWARD -p udp -j U
 TRACE: 2 ID filter:U:rule:0x6:CONTINUE  -4 -t filter -A U -p udp -m udp --dport 6 -j MARK --set-xmark 0x5/0xffffffff
 TRACE: 2 ID filter:FORWARD:rule:0x4:GOTO:U  -4 -t filter -A FORWARD -p udp -g U
 TRACE: 2 ID filter:U:rule:0x6:CONTINUE  -4 -t filter -A U -p udp -m udp --dport 6 -j MARK --set-xmark 0x5/0xffffffff
 TRACE: 2 ID filter:FORWARD:policy:ACCEPT 
`

const RULES = [
  '-t raw -A PREROUTING -p udp -j TRACE',
  '-N U',
  '-A U -p udp --dport 6 -j MARK --set-mark 5',
  '-A FORWARD -p udp -j U',
  '-A FORWARD -p udp --dport 7 -j DROP',
  '-A FORWARD -p udp -g U',
]

/** The same of two datagrams, with rules of other kinds; nft counts from 1 in each table, and a user's chain without rules, too. */
const REAL_VERDICTS = `PACKET: 2 ID IN=eth0 MAC SRC=192.168.0.2 DST=123.125.115.110 LEN=30 TOS=0x0 TTL=64 ID=N DF SPORT=4000 DPORT=6 
 TRACE: 2 ID raw:PREROUTING:rule:0x2:CONTINUE  -4 -t raw -A PREROUTING -p udp -j TRACE
 TRACE: 2 ID raw:PREROUTING:rule:0x3:ACCEPT  -4 -t raw -A PREROUTING -j ACCEPT
PACKET: 2 ID IN=eth0 MAC SRC=192.168.0.2 DST=123.125.115.110 LEN=30 TOS=0x0 TTL=64 ID=N DF SPORT=4000 DPORT=6 
 TRACE: 2 ID nat:PREROUTING:policy:ACCEPT 
PACKET: 2 ID IN=eth0 OUT=eth1 MAC SRC=192.168.0.2 DST=123.125.115.110 LEN=30 TOS=0x0 TTL=63 ID=N DF SPORT=4000 DPORT=6 
 TRACE: 2 ID filter:FORWARD:rule:0x4:JUMP:U  -4 -t filter -A FORWARD -p udp -j U
 TRACE: 2 ID filter:U:rule:0x9:CONTINUE  -4 -t filter -A U -p udp
 TRACE: 2 ID filter:U:rule:0xa:0xfffffffb  -4 -t filter -A U -p udp -j RETURN
 TRACE: 2 ID filter:FORWARD:rule:0x5:DROP  -4 -t filter -A FORWARD -p udp -m udp --dport 6 -j REJECT --reject-with icmp-port-unreachable
PACKET: 2 ID IN=eth0 MAC SRC=192.168.0.2 DST=123.125.115.110 LEN=30 TOS=0x0 TTL=64 ID=N DF SPORT=4000 DPORT=7 
 TRACE: 2 ID raw:PREROUTING:rule:0x2:CONTINUE  -4 -t raw -A PREROUTING -p udp -j TRACE
 TRACE: 2 ID raw:PREROUTING:rule:0x3:ACCEPT  -4 -t raw -A PREROUTING -j ACCEPT
PACKET: 2 ID IN=eth0 MAC SRC=192.168.0.2 DST=123.125.115.110 LEN=30 TOS=0x0 TTL=64 ID=N DF SPORT=4000 DPORT=7 
 TRACE: 2 ID nat:PREROUTING:rule:0x2:ACCEPT  -4 -t nat -A PREROUTING -p udp -m udp --dport 7 -j REDIRECT --to-ports 9
PACKET: 2 ID IN=eth0 MAC SRC=192.168.0.2 DST=192.168.0.1 LEN=30 TOS=0x0 TTL=64 ID=N DF SPORT=4000 DPORT=9 
 TRACE: 2 ID filter:INPUT:rule:0x2:DROP  -4 -t filter -A INPUT -p udp -j DROP
`

const VERDICTS = [
  '-t raw -A PREROUTING -p udp -j TRACE',
  '-t raw -A PREROUTING -j ACCEPT',
  '-t nat -A PREROUTING -p udp --dport 7 -j REDIRECT --to-ports 9',
  '-N EMPTY',
  '-N U',
  '-A U -p udp',
  '-A U -p udp -j RETURN',
  '-A U -j ACCEPT',
  '-A INPUT -p udp -j DROP',
  '-A FORWARD -p udp -j U',
  '-A FORWARD -p udp --dport 6 -j REJECT',
  '-A FORWARD -j DROP',
]

/** What the program shows of datagrams to these ports, where the gateway has these rules. */
function shown(rules: readonly string[], ports: readonly number[]): { text: string; left: string } {
  const lab = bootLab(gateway, 1)
  const gw = lab.hostIndex('gateway')
  const type = (host: number, line: string): string => {
    const job = lab.execCaptured(host, line)
    lab.runUntil(lab.state.now + 2_000_000)
    const result = lab.result(host, job)
    return result === 'running' ? '' : result.stdout + result.stderr
  }
  type(gw, 'sysctl -qw net.ipv4.ip_forward=1')
  for (const rule of rules) expect(type(gw, `iptables ${rule}`)).toBe('')
  type(gw, 'xtables-monitor --trace >/tmp/trace &')
  for (const port of ports) type(lab.hostIndex('pc1'), `echo x | nc -u -p 4000 -w 0 123.125.115.110 ${port}`)
  const text = type(gw, 'cat /tmp/trace')
    .replace(/ID=\d+/g, 'ID=N')
    .replace(/: 2 [\da-f]{8} /g, ': 2 ID ')
    .replace(/MACSRC=\S+ MACDST=\S+ MACPROTO=0800/g, 'MAC')
  return { text, left: type(gw, 'kill %%; sleep 1; jobs') }
}

test('each table that the packet walks through begins with the packet, then its rules and its policy', () => {
  const { text, left } = shown(RULES, [6])
  expect(text).toBe(REAL)
  expect(left).not.toContain('Running')
})

test('what a rule does is told in words of nft: a refusal drops, a translation accepts, a return has no name', () => {
  expect(shown(VERDICTS, [6, 7]).text).toBe(REAL_VERDICTS)
})
