/** What waits in a card's queue arrives later, and what is lost there does not. */
import { expect, test } from 'vitest'
import '../../src/lab/lab.ts'
import { bootLab } from '../../src/lab/boot.ts'
import { labs } from '../../src/lab/labs/index.ts'
import { gateway } from '../kit.ts'

function open(seed = 1) {
  const spec = labs['hairpin']
  if (!spec) throw new Error('no lab')
  const lab = bootLab(spec, seed)
  const run = (host: string, line: string) => {
    const index = lab.hostIndex(host)
    const job = lab.execCaptured(index, line)
    for (let n = 0; n < 100_000; n++) {
      const result = lab.result(index, job)
      if (result !== 'running') return result
      lab.step()
    }
    throw new Error(`${line} does not end`)
  }
  return { lab, run, says: (host: string, line: string) => run(host, line).stdout }
}

test('a ping takes as much longer as the queue lets it wait', () => {
  const { says } = open()
  expect(says('pc', 'ping -c 1 baidu.com')).toContain('time=31.0 ms')
  says('gateway', 'tc qdisc add dev eth0 root netem delay 300ms')
  expect(says('pc', 'ping -c 1 baidu.com')).toContain('time=331 ms')
  says('gateway', 'tc qdisc del dev eth0 root')
  expect(says('pc', 'ping -c 1 baidu.com')).toContain('time=31.0 ms')
})

test('of many packets the share is lost that was asked for, by chance from the seed; the queue and the drops count them', () => {
  const { says, lab } = open(7)
  says('gateway', 'tc qdisc add dev eth1 root netem loss 30%')
  const said = says('pc', 'ping -i 0.01 -c 300 baidu.com')
  const received = Number(/(\d+) received/.exec(said)?.[1])
  expect(received).toBeGreaterThan(180)
  expect(received).toBeLessThan(240)
  expect(says('gateway', 'tc -s qdisc show dev eth1')).toContain(
    ` Sent ${98 * received} bytes ${received} pkt (dropped ${300 - received},`,
  )
  const drops = lab.kernel(lab.hostIndex('gateway')).net.drops
  expect(drops).toMatchObject([
    { reason: 'QDISC_DROP', where: '__dev_queue_xmit', station: 'transmit', count: 300 - received },
  ])
  const again = open(7)
  again.says('gateway', 'tc qdisc add dev eth1 root netem loss 30%')
  expect(again.says('pc', 'ping -i 0.01 -c 300 baidu.com')).toBe(said)
})

test('TCP gets its page through a lossy link', () => {
  const { run } = open(3)
  run('gateway', 'tc qdisc add dev eth0 root netem loss 20%')
  expect(run('pc', 'curl -s http://baidu.com/')).toMatchObject({ status: 0 })
})

test('jitter spreads the waits around their middle', () => {
  const { says } = open()
  says('gateway', 'tc qdisc add dev eth0 root netem delay 100ms 50ms')
  const times = [...says('pc', 'ping -i 0.5 -c 40 baidu.com').matchAll(/time=([\d.]+)/g)].map(
    (m) => Number(m[1]) - 31,
  )
  expect(Math.min(...times)).toBeGreaterThanOrEqual(50)
  expect(Math.max(...times)).toBeLessThanOrEqual(150)
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(50)
})

test('no more wait than the limit lets', () => {
  const { says } = open()
  says('gateway', 'tc qdisc add dev eth0 root netem delay 1s limit 3')
  expect(says('pc', 'ping -i 0.01 -c 8 -W 3 baidu.com')).toContain('8 packets transmitted, 3 received')
})

test('who leaves the queue makes room in that very moment', () => {
  const gw = gateway('tc qdisc add dev wan root netem delay 1s limit 1')
  const sent = (): number => gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.53: UDP, length 8').length
  const after = (seconds: number): number => {
    gw.wait(seconds)
    return sent()
  }
  expect([sent(), after(0), after(0.999999), after(0.000001), after(3)]).toEqual([1, 0, 0, 1, 1])
})

test('what tc was told it tells, and what it cannot do it says', () => {
  const { says, run } = open()
  const on = 'tc qdisc'
  const show = (): string => says('gateway', `${on} show dev eth0`)
  expect(show()).toBe('qdisc noqueue 0: root refcnt 2 \n')
  for (const [told, tells] of [
    ['delay 100ms', 'limit 1000 delay 100ms'],
    ['delay 1.5s 300us loss 0.3% limit 50', 'limit 50 delay 1.5s  299us loss 0.3%'],
    ['delay 12345us loss random 33.33%', 'limit 1000 delay 12.3ms loss 33.33%'],
    ['delay 300', 'limit 1000 delay 299us'],
    ['loss 2', 'limit 1000 loss 2%'],
    ['', 'limit 1000'],
  ] as const) {
    run('gateway', `${on} replace dev eth0 root netem ${told}`)
    expect(show()).toBe(`qdisc netem 8001: root refcnt 2 ${tells}\n`)
  }
  expect(says('gateway', 'ip link show eth0')).toContain('qdisc netem state UP')
  for (const [line, status, stderr] of [
    ['add dev eth0 root netem', 2, 'Error: Exclusivity flag on, cannot modify.\n'],
    [
      'change dev eth1 root netem loss 1%',
      2,
      'Error: Qdisc not found. To create specify NLM_F_CREATE flag.\n',
    ],
    ['del dev eth1 root', 2, 'Error: Cannot delete qdisc with handle of zero.\n'],
    ['del dev eth1 root netem', 2, 'Error: Invalid qdisc name: must match existing qdisc.\n'],
    ['del dev eth1 root handle 8001:', 2, 'Error: Invalid handle.\n'],
    ['add dev eth1 netem delay 5ms', 2, 'Error: Handle cannot be zero.\n'],
    ['replace dev eth0 root netem delay abc', 1, 'Illegal "latency"\n'],
    ['replace dev eth0 root netem loss 200%', 1, 'Illegal "loss percent"\n'],
    ['replace dev eth0 root netem corrupt 1%', 1, 'tc: "corrupt" is not part of this lab\n'],
  ] as const)
    expect(run('gateway', `${on} ${line}`), line).toMatchObject({ status, stderr })
  run('gateway', `${on} del dev eth0 root`)
  expect(run('gateway', `${on} add dev eth1 root netem`).status).toBe(0)
  expect(says('gateway', `${on} show dev eth1`)).toBe('qdisc netem 8002: root refcnt 2 limit 1000\n')
})
