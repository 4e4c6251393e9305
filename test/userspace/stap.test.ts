import { describe, expect, test } from 'vitest'
import type { PeriodName } from '../../src/kernel/period.ts'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'

/** The lab with Docker, what its terminals show, and how a line is typed. */
function scene(period: PeriodName = 'article'): {
  lab: Lab
  type: (host: string, line: string, seconds?: number) => string
} {
  const spec = labs['docker']
  if (!spec) throw new Error('no docker lab')
  let said = ''
  const lab = bootLab({ ...spec, period }, 1, {
    event: () => undefined,
    output: (_host, _n, stream, text) => {
      if (stream !== 'prompt') said += text
    },
  })
  const type = (host: string, line: string, seconds = 0): string => {
    said = ''
    lab.exec(lab.hostIndex(host), line)
    lab.runUntil(lab.state.now + seconds * 1e6)
    return said
  }
  return { lab, type }
}

/** A script, run on a host where nothing else goes on. */
function stap(script: string, seconds = 0): string {
  const { lab, type } = scene()
  const before = type('vm1', `stap -e '${script}'`, seconds)
  lab.interrupt(lab.hostIndex('vm1'))
  return before + type('vm1', ':')
}

describe('stap', () => {
  test('the script on VM1 can be read and edited, and says what is dropped where, five seconds at a time', () => {
    const { lab, type } = scene()
    expect(type('vm1', 'cat dropwatch.stp')).toContain('probe kernel.trace("kfree_skb")')
    type('vm1', "sed -i 's/timer.sec(5)/timer.sec(2)/' dropwatch.stp")
    type('vm1', 'iptables -A INPUT -p icmp -j DROP')
    expect(type('vm1', 'stap --all-modules dropwatch.stp')).toBe('Monitoring for dropped packets\n')
    const shown = type('vm2', 'ping -c 4 -i 1 -W 1 192.168.0.30', 5)
    expect(shown).toContain('\n2 packets dropped at nf_hook_slow\n')
    expect(shown.match(/2 packets dropped at nf_hook_slow/g)).toHaveLength(2)
    lab.interrupt(lab.hostIndex('vm1'))
    expect(type('vm1', 'echo $?')).toBe('0\n')
  })

  test('all namespaces of the machine count, and a socket that nobody has frees what it gets', () => {
    const { type } = scene('modern')
    type('vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
    type('vm1', 'stap dropwatch.stp')
    type('vm2', 'curl -s http://192.168.0.30:81/; curl -s http://192.168.0.30:8080/ > /dev/null')
    expect(type('vm2', 'sleep 6', 7)).toContain('packets dropped at tcp_v4_rcv\n')
  })

  test.each([
    [
      'probe begin { a["x"] <<< 3; a["x"] <<< 5; printf("%d %d %d %d %d\\n", @count(a["x"]), @sum(a["x"]), @avg(a["x"]), @min(a["x"]), @max(a["x"])); exit() } global a',
      '2 8 4 3 5\n',
    ],
    [
      'global n = 3 probe begin { if (n > 2 && !(n == 4)) println("yes") else println("no") exit() }',
      'yes\n',
    ],
    [
      'global a probe begin { a[1]++; a[2] += 5; foreach (k in a- limit 1) printf("%-4d|%4d|%s\\n", k, a[k], k in a ? "in" : "out"); exit() }',
      '2   |   5|in\n',
    ],
    [
      'global a probe begin { a["b"] = 1; a["a"] = 2; foreach (k+ in a) print(k); print("\\n"); delete a["a"]; foreach (k in a) println(k); exit() }',
      'ab\nb\n',
    ],
    [
      'probe begin { n = 0; while (n < 3) { n++; if (n == 2) continue; println(n) } exit() } probe end { println("end") }',
      '1\n3\nend\n',
    ],
  ])('%s', (script, shown) => {
    expect(stap(script)).toBe(shown)
  })

  test.each([
    [
      'stap',
      "A script must be specified.\nTry '-i' for building a script interactively.\nTry '--help' for more information. [man stap]\nA message like [man foo] means for more info, run % man foo\n",
    ],
    ['stap no.stp', "Input file 'no.stp' is missing.\nPass 1: parse failed.  [man error::pass1]\n"],
    [
      "stap -e 'probe begin {'",
      'parse error: expected statement\n        saw: <input> EOF\n\n1 parse error.\nPass 1: parse failed.  [man error::pass1]\n',
    ],
    [
      `stap -e 'probe begin { printf("x" }'`,
      `parse error: expected one of ', )'\n        saw: operator '}' at <input>:1:26\n     source: probe begin { printf("x" }\n                                      ^\n\n1 parse error.\nPass 1: parse failed.  [man error::pass1]\n`,
    ],
    [
      'stap -e foo',
      "parse error: expected 'probe', 'global', 'private', 'function', or '%{'\n        saw: identifier 'foo' at <input>:1:1\n     source: foo\n             ^\n\n1 parse error.\nPass 1: parse failed.  [man error::pass1]\n",
    ],
    [
      `stap -e 'probe kernel.trace("foo") {}'`,
      `semantic error: while resolving probe point: identifier 'kernel' at <input>:1:7\n        source: probe kernel.trace("foo") {}\n                      ^\n\nsemantic error: no match\n\nPass 2: analysis failed.  [man error::pass2]\n`,
    ],
    [
      'stap --foo',
      "stap: unrecognized option '--foo'\nTry '--help' for more information. [man stap]\nA message like [man foo] means for more info, run % man foo\n",
    ],
  ])('%s says what SystemTap 4.8 says', (line, shown) => {
    expect(scene().type('vm1', line)).toBe(shown)
  })
})
