/** The plain web server of the labs: who speaks HTTP/1.0 is answered and let go, or kept if she asks for it. */
import { expect, test } from 'vitest'
import type { Request } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/labs/more.ts'
import '../../src/userspace/index.ts'

const COMMANDS = [
  { on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' },
  { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE' },
]

function printed(line: string): string {
  const session = new Session()
  let text = ''
  const ask = (request: Request): boolean => {
    const answer = session.answer({ id: 1, request })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    text += answer.update.output.map((chunk) => chunk.text).join('')
    return answer.update.snapshot.quiet
  }
  ask({ type: 'open', lab: 'gateway', seed: 1, commands: COMMANDS })
  text = ''
  let quiet = ask({ type: 'exec', host: 'pc1', line })
  for (let i = 0; i < 100 && !quiet; i++) quiet = ask({ type: 'advance', by: { kind: 'quiet', us: 300e6 } })
  return text
}

test('ab comes to its end', () => {
  const report = printed('ab -n 20 -c 2 http://baidu.com/')
  expect(report).toMatch(/^Complete requests: +20$/m)
  expect(report).toMatch(/^Failed requests: +0$/m)
})

test('with -k all requests go over the connections that are there', () => {
  expect(printed('ab -k -n 20 -c 2 http://baidu.com/')).toMatch(/^Keep-Alive requests: +20$/m)
})

test('curl closes by itself, as before', () => {
  expect(printed('curl -s http://baidu.com/')).toContain('<h1>baidu</h1>')
})
