/** A fixed lab session and a fingerprint of everything that happened in it, the same wherever it runs. */
import type { Answer, Request } from '../../../src/lab/protocol.ts'

const on = (host: string, line: string): Request => ({ type: 'exec', host, line })
const time = (seconds: number): Request => ({
  type: 'advance',
  by: { kind: 'time', us: seconds * 1e6, steps: 4000 },
})

const SCRIPT: Request[] = [
  {
    type: 'open',
    lab: 'gateway',
    seed: 618,
    commands: [
      { on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' },
      { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE --random' },
    ],
  },
  on('pc1', 'curl -s http://baidu.com/'),
  on('pc2', 'ping -c 3 baidu.com'),
  time(2),
  on('gateway', 'conntrack -L'),
  on('gateway', 'iptables -A FORWARD -p tcp -m statistic --mode random --probability 0.5 -j DROP'),
  on('pc1', 'curl -s http://baidu.com/'),
  on('pc2', 'curl -s http://baidu.com/'),
  time(60),
  on('gateway', 'iptables-save -c; conntrack -S; nstat'),
  time(300),
]

/** Two hashes of 32 bits (FNV-1a and a multiplicative one) over the text, and its length. */
export function fingerprint(text: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 0x01000193)
    b = Math.imul(b ^ c, 0x85ebca6b) ^ (b >>> 15)
  }
  return `${(a >>> 0).toString(16)}-${(b >>> 0).toString(16)}-${text.length}`
}

export interface Played {
  events: number
  trace: string
  output: string
}

/** Play the session: what was told, as fingerprints. */
export async function playScript(ask: (r: Request) => Answer | Promise<Answer>): Promise<Played> {
  const trace: unknown[] = []
  const output: unknown[] = []
  for (const request of SCRIPT) {
    const answer = await ask(request)
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    trace.push(...answer.update.trace)
    output.push(...answer.update.output)
  }
  const print = (what: unknown): string => fingerprint(JSON.stringify(what))
  return { events: trace.length, trace: print(trace), output: print(output) }
}
