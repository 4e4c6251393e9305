import { describe, expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'

function dockerLab(): Lab {
  const spec = labs['docker']
  if (!spec) throw new Error('no docker lab')
  return bootLab(spec, 1)
}

/** Run a line to its end, in at most so many seconds of lab time. */
function run(
  lab: Lab,
  host: string,
  line: string,
  seconds = 100,
): { status: number; out: string; err: string } {
  const h = lab.hostIndex(host)
  const job = lab.execCaptured(h, line)
  const until = lab.state.now + seconds * 1e6
  for (;;) {
    const result = lab.result(h, job)
    if (result !== 'running') return { status: result.status, out: result.stdout, err: result.stderr }
    if (lab.nextDue > until || !lab.step()) throw new Error(`still running: ${line}`)
  }
}

const HOSTNET = 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:80'
const NAT = 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat'

/** A text without its numbers: how many there are and where stays, how long they are does not. */
const shape = (text: string): string => text.replace(/\d+(\.\d+)?/g, '#').replace(/ +/g, ' ')

/** What ab of apache2-utils 2.4 printed for `ab -c 5000 -n 100000`, the numbers left out. */
const RECORDED = `This is ApacheBench, Version # <$Revision$>
Copyright # Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/
Licensed to The Apache Software Foundation, http://www.apache.org/

Benchmarking #.# (be patient)


Server Software: nginx/#.#
Server Hostname: #.#
Server Port: #

Document Path: /
Document Length: # bytes

Concurrency Level: #
Time taken for tests: # seconds
Complete requests: #
Failed requests: #
Total transferred: # bytes
HTML transferred: # bytes
Requests per second: # [#/sec] (mean)
Time per request: # [ms] (mean)
Time per request: # [ms] (mean, across all concurrent requests)
Transfer rate: # [Kbytes/sec] received

Connection Times (ms)
 min mean[+/-sd] median max
Connect: # # # # #
Processing: # # # # #
Waiting: # # # # #
Total: # # # # #

Percentage of the requests served within a certain time (ms)
 #% #
 #% #
 #% #
 #% #
 #% #
 #% #
 #% #
 #% #
 #% # (longest request)
`

const field = (text: string, name: string): number => {
  const found = new RegExp(`^${name}: +([\\d.]+)`, 'm').exec(text)
  if (!found) throw new Error(`no ${name} in ${text}`)
  return Number(found[1])
}

describe('ab', { timeout: 60_000 }, () => {
  test('prints its report as the real one does, and its figures agree with each other', () => {
    const lab = dockerLab()
    run(lab, 'vm1', HOSTNET)
    const { status, out, err } = run(lab, 'vm2', 'ab -c 100 -n 1000 http://192.168.0.30/')
    expect(status).toBe(0)
    expect(shape(out.replace(/^(WARNING|ERROR).*\n.*\n/gm, ''))).toBe(shape(RECORDED))
    expect(err).toBe(
      `${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `Completed ${n}00 requests\n`).join('')}Finished 1000 requests\n`,
    )
    const rps = field(out, 'Requests per second')
    expect(field(out, 'Time per request')).toBeCloseTo((100 / rps) * 1000, 1)
    expect(field(out, 'Total transferred')).toBe(1000 * 825)
    expect(field(out, 'HTML transferred')).toBe(1000 * field(out, 'Document Length'))
    // The connection, and what comes after it, are the whole.
    const means = ['Connect', 'Processing', 'Total'].map((row) =>
      Number(new RegExp(`^${row}: +\\d+ +(\\d+)`, 'm').exec(out)?.[1]),
    )
    expect(Math.abs(means[0] + means[1] - means[2])).toBeLessThanOrEqual(1)
  })

  test('needs a descriptor for each connection, of which a login has 1024', () => {
    const lab = dockerLab()
    run(lab, 'vm1', HOSTNET)
    expect(run(lab, 'vm2', 'ulimit -n').out).toBe('1024\n')
    const refused = run(lab, 'vm2', 'ab -c 5000 -n 100000 -r -s 2 http://192.168.0.30/')
    expect(refused).toMatchObject({ status: 24, err: 'socket: Too many open files (24)\n' })
    expect(run(lab, 'vm2', 'ulimit -n 65536; ulimit -n').out).toBe('65536\n')
    const allowed = run(lab, 'vm2', 'ulimit -n 65536; ab -q -c 1100 -n 1200 http://192.168.0.30/')
    expect(allowed.status).toBe(0)
    expect(field(allowed.out, 'Complete requests')).toBe(1200)
  })

  test('keeps connections alive with -k, and then says how many', () => {
    const lab = dockerLab()
    run(lab, 'vm1', HOSTNET)
    const { out } = run(lab, 'vm2', 'ab -q -k -c 10 -n 300 http://192.168.0.30/')
    expect(field(out, 'Keep-Alive requests')).toBe(300)
    expect(lab.kernel(lab.hostIndex('vm2')).net.mib[22]).toBe(10)
  })

  test('counts other answers than 2xx', () => {
    const lab = dockerLab()
    run(lab, 'vm1', HOSTNET)
    const { out } = run(lab, 'vm2', 'ab -n 3 http://192.168.0.30/nothing')
    expect(field(out, 'Non-2xx responses')).toBe(3)
  })

  test('Ctrl-C prints the report of what has been done', () => {
    const lab = dockerLab()
    run(lab, 'vm1', HOSTNET)
    const vm2 = lab.hostIndex('vm2')
    const seen: string[] = []
    const watched = bootWatched(lab, seen)
    watched.exec(vm2, 'ab -c 10 -n 100000 http://192.168.0.30/')
    watched.runUntil(watched.state.now + 50_000)
    watched.interrupt(vm2)
    expect(watched.quiet || watched.state.hosts[vm2].os.foreground === null).toBe(true)
    const text = seen.join('')
    expect(field(text, 'Complete requests')).toBeGreaterThan(50)
    expect(field(text, 'Complete requests')).toBeLessThan(5000)
  })

  test.each([
    ['ab -n 10 http://192.168.0.30:81/', 111, 'apr_socket_recv: Connection refused (111)\n'],
    ['ab -n 0 http://192.168.0.30/', 1, 'Invalid number of requests\n\n'],
    [
      'ab http://nowhere.invalid/',
      51,
      'apr_sockaddr_info_get() for nowhere.invalid: Temporary failure in name resolution (670003)\n',
    ],
    ['ab -c 0 http://192.168.0.30/', 22, 'apr_pollset_poll: Invalid argument (22)\n'],
  ])('%s ends with %i', (line, status, err) => {
    expect(run(dockerLab(), 'vm2', line)).toMatchObject({ status, err })
  })

  test.each([
    ['ab', 'ab: wrong number of arguments\nUsage: ab [options]'],
    [
      'ab -n 10 -c 20 http://192.168.0.30/',
      'ab: Cannot use concurrency level greater than total number of requests\n',
    ],
    ['ab -c 300000 -n 300000 http://192.168.0.30/', 'ab: Invalid Concurrency [Range 0..200000]\n'],
    ['ab http://192.168.0.30', 'ab: invalid URL\n'],
  ])('%s is not understood', (line, err) => {
    const result = run(dockerLab(), 'vm2', line)
    expect(result.status).toBe(22)
    expect(result.err.startsWith(err)).toBe(true)
  })

  test('ends when nothing has happened for -s seconds', () => {
    const lab = dockerLab()
    run(lab, 'vm1', HOSTNET)
    run(lab, 'vm1', 'iptables -A INPUT -p tcp --dport 80 -j DROP')
    const began = lab.state.now
    const { status, err } = run(lab, 'vm2', 'ab -n 10 -s 3 http://192.168.0.30/')
    expect(status).toBe(119)
    expect(err).toBe('apr_pollset_poll: The timeout specified has expired (70007)\n')
    expect(lab.state.now - began).toBeGreaterThanOrEqual(3_000_000)
    expect(lab.state.now - began).toBeLessThan(3_100_000)
  })
})

describe('a full table', { timeout: 60_000 }, () => {
  test('lets about as many through as it has room for; the others wait until ab gives up', () => {
    const lab = dockerLab()
    run(lab, 'vm1', NAT)
    expect(run(lab, 'vm1', 'sysctl -n net.netfilter.nf_conntrack_max').out).toBe('1000\n')
    const { status, out, err } = run(
      lab,
      'vm2',
      'ulimit -n 65536; ab -c 3000 -n 10000 -r -s 2 http://192.168.0.30:8080/',
    )
    expect(status).toBe(119)
    expect(err).toContain('apr_pollset_poll: The timeout specified has expired (70007)\n')
    const total = Number(/Total of (\d+) requests completed/.exec(out)?.[1])
    expect(total).toBeGreaterThanOrEqual(900)
    // A few more than that: early_drop gives up flows whose handshake is still under way.
    expect(total).toBeLessThanOrEqual(2000)

    // Every drop is counted, and said or left out of the log: nothing is lost.
    const drops = Number(/drop=(\d+)/.exec(run(lab, 'vm1', 'conntrack -S').out)?.[1])
    expect(drops).toBeGreaterThan(4000)
    const log = run(lab, 'vm1', 'dmesg').out
    const printed = log.match(/table full, dropping packet/g)?.length ?? 0
    const suppressed = [...log.matchAll(/(\d+) callbacks suppressed/g)].reduce(
      (sum, m) => sum + Number(m[1]),
      0,
    )
    const missed = lab.state.hosts[lab.hostIndex('vm1')].machine.ratelimit.missed
    expect(printed + suppressed + missed).toBe(drops)
    const atHook = lab.kernel(lab.hostIndex('vm1')).net.drops.find((d) => d.where === 'nf_hook_slow')
    expect(atHook?.count).toBe(drops)
  })

  test('is cured by room', () => {
    const lab = dockerLab()
    run(lab, 'vm1', NAT)
    run(lab, 'vm1', 'sysctl -w net.netfilter.nf_conntrack_max=131072')
    const { out } = run(
      lab,
      'vm2',
      'ulimit -n 65536; ab -q -c 1500 -n 2500 -r -s 2 http://192.168.0.30:8080/',
    )
    expect(field(out, 'Complete requests')).toBe(2500)
    expect(field(out, 'Failed requests')).toBe(0)
    const states = run(
      lab,
      'vm1',
      `conntrack -L -o extended 2>/dev/null | awk '/^.*tcp.*$/ {sum[$6]++} END {for(i in sum) print i, sum[i]}'`,
    ).out
    expect(Number(/TIME_WAIT (\d+)/.exec(states)?.[1])).toBeGreaterThan(2000)
  })
})

/** The same lab, with somebody who hears what vm2's terminal shows. */
function bootWatched(lab: Lab, seen: string[]): Lab {
  const Watched = lab.constructor as new (
    state: Lab['state'],
    listener: { event: () => void; output: (...chunk: unknown[]) => void },
  ) => Lab
  return new Watched(lab.state, {
    event: () => undefined,
    output: (_host, _n, _stream, text) => seen.push(String(text)),
  })
}
