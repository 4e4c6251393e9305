/**
 * Values that nobody means: the answers are those of a Linux 6.18 and of apache2-utils 2.4, asked with the same words; where
 * the lab ends earlier than a machine would, it says so.
 */
import { expect, test } from 'vitest'
import { bootLab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'

const MAX = 'net.netfilter.nf_conntrack_max'
const BUCKETS = 'net.netfilter.nf_conntrack_buckets'

const spec = labs['docker']
if (!spec) throw new Error('no docker lab')
const lab = bootLab(spec, 1)
/** What a line says within a second of lab time. */
function type(name: string, line: string): string {
  const host = lab.hostIndex(name)
  const job = lab.execCaptured(host, line)
  lab.runUntil(lab.state.now + 1e6)
  const result = lab.result(host, job)
  return result === 'running' ? 'running' : result.stdout + result.stderr
}

const refused = (name: string, why = 'Invalid argument'): string => `sysctl: setting key "${name}": ${why}\n`

test.each([
  [MAX, '4294967295', refused(MAX)],
  [MAX, '99999999999999999999', refused(MAX)],
  [MAX, '-1', refused(MAX)],
  [MAX, '1e6', refused(MAX)],
  [MAX, '08', refused(MAX)],
  [MAX, '5x', refused(MAX)],
  [MAX, '0', `${MAX} = 0\n`],
  [MAX, '0x10', `${MAX} = 0x10\n`],
  [MAX, '2147483647', `${MAX} = 2147483647\n`],
  [BUCKETS, '0', refused(BUCKETS)],
  [BUCKETS, '4294967295', refused(BUCKETS)],
  [BUCKETS, '100000000000', refused(BUCKETS)],
  [BUCKETS, '-1', refused(BUCKETS, 'Cannot allocate memory')],
  [BUCKETS, '2147483647', refused(BUCKETS, 'Cannot allocate memory')],
])('sysctl -w %s=%s', (name, value, said) => {
  expect(type('vm1', `sysctl -w ${name}="${value}"`)).toBe(said)
})

test('one bucket is 512, as many as fill a page', () => {
  expect(type('vm1', `sysctl -w ${BUCKETS}=1; sysctl -n ${BUCKETS}`)).toBe(`${BUCKETS} = 1\n512\n`)
  expect(type('vm1', `sysctl -w ${BUCKETS}=513; sysctl -n ${BUCKETS}`)).toBe(`${BUCKETS} = 513\n1024\n`)
})

test('a maximum of 0 is none: the table takes whatever comes', () => {
  expect(type('vm1', `docker run -p 8080:8080 -d feisky/nginx:nat; sysctl -w ${MAX}=0`)).toContain(' = 0\n')
  expect(type('vm2', 'ab -c 50 -n 1500 -q http://192.168.0.30:8080/')).toContain(
    'Complete requests:      1500\n',
  )
  expect(lab.kernel(lab.hostIndex('vm1')).net.ctStats.drop).toBe(0)
  expect(Number(type('vm1', 'conntrack -C'))).toBeGreaterThanOrEqual(1500)
})

test.each([
  ['-c 1000000 -n 1e12', 'ab: Invalid Concurrency [Range 0..200000]\n'],
  ['-c 200001 -n 300000', 'ab: Invalid Concurrency [Range 0..200000]\n'],
  ['-c -1 -n 5', 'ab: Invalid Concurrency [Range 0..200000]\n'],
  ['-c 0 -n 1', 'apr_pollset_poll: Invalid argument (22)\n'],
  ['-n 1000000000000', 'Invalid number of requests\n'],
  ['-n 1e12', 'Complete requests:      1\n'],
  ['-n 2147483647 -c 1', 'Could not allocate memory (68719476704 bytes)\n'],
  ['-n 200000 -c 200000', 'socket: Too many open files (24)\n'],
])('ab %s', (options, said) => {
  const text = type('vm2', `ab ${options} http://192.168.0.30:8080/`)
  expect(text).toContain(said)
})
