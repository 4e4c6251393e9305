import { expect, test } from 'vitest'
import { lastLoad, loadOf } from '../../src/ui/compare.ts'

const AB = 'ab -c 5000 -n 100000 -r -s 2 http://192.168.0.30:8080/'
const BANNER = 'This is ApacheBench, Version 2.3 <$Revision$>\nBenchmarking 192.168.0.30 (be patient)\n'

test('a load that came to its end tells its figures', () => {
  const said = `${BANNER}Finished 100000 requests
Complete requests:      100000
Failed requests:        12
Requests per second:    6431.12 [#/sec] (mean)
Connect:        0  345 512.1    120    3071
 100%   4012 (longest request)
`
  expect(loadOf(`ulimit -n 65536; ${AB}`, said)).toEqual({
    complete: 100000,
    failed: 12,
    perSecond: 6431.12,
    connectMax: 3071,
    longest: 4012,
    end: 'done',
  })
})

test('of one that was given up it is known how far it came', () => {
  const said = `${BANNER}apr_pollset_poll: The timeout specified has expired (70007)\nTotal of 1018 requests completed\n`
  expect(loadOf(AB, said)).toMatchObject({ complete: 1018, perSecond: null, end: 'timeout' })
  const failures = `${BANNER}\nTest aborted after 10 failures\n\napr_socket_connect(): Cannot assign requested address (99)\n`
  expect(loadOf(AB, failures)).toMatchObject({ complete: null, end: 'failures' })
  expect(loadOf(AB, `${BANNER}socket: Too many open files (24)\n`)).toMatchObject({ end: 'error' })
  expect(loadOf(AB, `${BANNER}Completed 10000 requests\n`)).toMatchObject({ complete: null, end: 'running' })
})

test('other lines are no loads', () => {
  expect(loadOf('dmesg | tail', '')).toBe(null)
  expect(loadOf('lab -n 5', '')).toBe(null)
})

test('a load behind the terminal is told by what is printed after other lines; one before it does not hear of it', () => {
  const line = (host: string, text: string, said: string) => ({ host, line: text, said, own: true })
  const report = 'Complete requests:      500\nFailed requests:        0\n'
  const typed = [
    line('vm2', `${AB}`, 'Complete requests:      7\n'),
    line('vm2', `${AB} &`, '[1] 4567\n'),
    line('vm1', 'conntrack -C', '1000\n'),
    line('vm2', 'ss -s', `Total: 12\n${report}`),
  ]
  expect(lastLoad({ typed })).toMatchObject({ line: `${AB} &`, load: { complete: 500, end: 'done' } })
  expect(lastLoad({ typed: typed.slice(0, 1) })).toMatchObject({ load: { complete: 7 } })
})
