/** All terminals of a page together: in which order lines reach the lab. */
import { describe, expect, test } from 'vitest'
import type { LabClient } from '../../src/lab/client.ts'
import type { Answer, Request } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import { LabState } from '../../src/ui/lab.svelte.ts'
import { Terminals } from '../../src/ui/terminals.svelte.ts'
import '../../src/userspace/index.ts'

/** A page whose lab takes its time for each answer, as one does that still fetches a program. */
async function page() {
  const session = new Session(200)
  const asked: string[] = []
  let last: Promise<unknown> = Promise.resolve()
  let id = 1
  const client: LabClient = {
    where: 'worker',
    close: () => undefined,
    ask: (request: Request) => {
      if (request.type === 'exec') asked.push(`${request.host}# ${request.line}`)
      const answer = last.then(async (): Promise<Answer> => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return session.answer({ id: id++, request })
      })
      last = answer
      return answer
    },
  }
  const lab = new LabState(client)
  await lab.open('gateway', 1)
  const terminals = new Terminals(lab)
  const rest = async (): Promise<void> => {
    for (let before = -1; before !== asked.length;) {
      before = asked.length
      await new Promise((resolve) => setTimeout(resolve, 40))
      if (lab.snapshot) terminals.notice(lab.snapshot)
    }
  }
  return { lab, terminals, asked, rest }
}

describe('lines reach the lab in the order in which they are given', () => {
  test('a curl on the client waits for the three lines on the gateway that were given before it', async () => {
    const { lab, terminals, asked, rest } = await page()
    const lines = [
      ['gateway', 'sysctl -w net.ipv4.ip_forward=1'],
      ['gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100'],
      ['gateway', 'iptables -t nat -S'],
      ['pc1', 'curl http://baidu.com/'],
      ['pc2', 'uname -r'],
    ]
    for (const [host, line] of lines) terminals.run(host, line)
    await rest()
    expect(lab.failure).toBe(null)
    expect(asked).toEqual(lines.map(([host, line]) => `${host}# ${line}`))
  })

  test('a line behind a program that goes on holds up its own terminal only', async () => {
    const { lab, terminals, asked, rest } = await page()
    terminals.run('pc1', 'ping 192.168.0.1')
    terminals.run('pc1', 'uname -r')
    terminals.run('gateway', 'conntrack -C')
    await rest()
    expect(asked).toEqual(['pc1# ping 192.168.0.1', 'gateway# conntrack -C'])
    expect(lab.snapshot?.hosts.find((h) => h.name === 'pc1')?.busy).toBe(true)
    terminals.interrupt('pc1')
    terminals.run('pc1', 'hostname')
    await rest()
    expect(asked).toEqual(['pc1# ping 192.168.0.1', 'gateway# conntrack -C', 'pc1# hostname'])
  })
})

test('what a control of the page has set going can be stopped, what was typed goes on', async () => {
  const { lab, terminals, rest } = await page()
  const busy = () => lab.snapshot?.hosts.filter((h) => h.busy).map((h) => h.name)
  terminals.run('pc1', 'curl http://baidu.com/', 'lesson')
  terminals.run('pc2', 'ping 192.168.0.1')
  terminals.run('pc3', 'ping 192.168.0.1', 'try')
  await rest()
  expect(busy()).toEqual(['pc1', 'pc2', 'pc3'])
  terminals.stop('lesson')
  await rest()
  expect(busy()).toEqual(['pc2', 'pc3'])
  terminals.stop('lesson')
  await rest()
  expect(busy()).toEqual(['pc2', 'pc3'])
})

test('a program that computes for long gets on with it though nobody lets time play', async () => {
  const { lab, terminals } = await page()
  terminals.run('gateway', 'for i in $(seq 40000); do :; done; echo done')
  await expect.poll(() => lab.output['gateway'].map((c) => c.text), { timeout: 10_000 }).toContain('done\n')
  expect(lab.snapshot).toMatchObject({ working: false, quiet: true, time: 0 })
}, 20_000)

test('while the page types a line, the reader’s own line is hers: neither is cut, neither is lost', async () => {
  const { terminals, asked, rest } = await page()
  terminals.draft.gateway = 'half a'
  const typed = terminals.type('gateway', 'sysctl -w net.ipv4.ip_forward=1', 'lesson', 2)
  await new Promise((resolve) => setTimeout(resolve, 15))
  expect('sysctl -w net.ipv4.ip_forward=1'.startsWith(terminals.coming.gateway)).toBe(true)
  // She presses Enter, and begins another one.
  const { gateway: own } = terminals.draft
  terminals.run('gateway', own)
  terminals.draft.gateway = 'uname'
  await typed
  await rest()
  expect(asked).toEqual(['gateway# half a', 'gateway# sysctl -w net.ipv4.ip_forward=1'])
  expect(terminals.draft.gateway).toBe('uname')
  expect(terminals.coming).toEqual({})
})

test('what the page was typing for a lab that is gone is not typed in the next one', async () => {
  const { terminals, asked, rest } = await page()
  const typed = terminals.type('gateway', 'sysctl -w net.ipv4.ip_forward=1', 'lesson', 2)
  terminals.reset()
  await typed
  await rest()
  expect(asked).toEqual([])
  expect(terminals.coming).toEqual({})
})
