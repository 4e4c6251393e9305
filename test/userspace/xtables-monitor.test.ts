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

test('each table that the packet walks through begins with the packet, then its rules and its policy', () => {
  const lab = bootLab(gateway, 1)
  const gw = lab.hostIndex('gateway')
  const type = (host: number, line: string): string => {
    const job = lab.execCaptured(host, line)
    lab.runUntil(lab.state.now + 2_000_000)
    const result = lab.result(host, job)
    return result === 'running' ? '' : result.stdout + result.stderr
  }
  type(gw, 'sysctl -qw net.ipv4.ip_forward=1')
  for (const rule of RULES) expect(type(gw, `iptables ${rule}`)).toBe('')
  type(gw, 'xtables-monitor --trace >/tmp/trace &')
  type(lab.hostIndex('pc1'), 'echo x | nc -u -p 4000 -w 0 123.125.115.110 6')
  const shown = type(gw, 'cat /tmp/trace')
    .replace(/ID=\d+/g, 'ID=N')
    .replace(/: 2 [\da-f]{8} /g, ': 2 ID ')
    .replace(/MACSRC=\S+ MACDST=\S+ MACPROTO=0800/g, 'MAC')
  expect(shown).toBe(REAL)
  expect(type(gw, 'kill %%; sleep 1; jobs')).not.toContain('Running')
})
