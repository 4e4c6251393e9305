/** What ab of apache2-utils 2.4 was heard and seen to do with its rarer options: requests, files, words. */
import { expect, test } from 'vitest'
import { bootLab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'

const spec = labs['docker']
if (!spec) throw new Error('no docker lab')
const lab = bootLab(spec, 1)
function type(name: string, line: string): string {
  const host = lab.hostIndex(name)
  const job = lab.execCaptured(host, line)
  lab.runUntil(lab.state.now + 20e6)
  const result = lab.result(host, job)
  return result === 'running' ? 'running' : `${result.stdout}${result.stderr}rc=${result.status}`
}
type('vm1', 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:80')
const URL = 'http://192.168.0.30/'

/** The request that a server gets: the first that the lab has remembered since. */
function request(options: string): string {
  const from = lab.state.payloads.length
  type('vm2', `ab -n 1 ${options} ${URL}`)
  return lab.state.payloads.slice(from).find((text) => /^[A-Z]+ \//.test(text)) ?? ''
}

test('the head of a request: cookies, authentication, headers of one’s own in the place of the usual', () => {
  expect(request(`-A user:pass -P proxy:word -C k=v -H 'X-A: b' -H 'Host: h'`)).toBe(
    [
      'GET / HTTP/1.0',
      'Cookie: k=v',
      'Authorization: Basic dXNlcjpwYXNz',
      'Proxy-Authorization: Basic cHJveHk6d29yZA==',
      'X-A: b',
      'Host: h',
      'User-Agent: ApacheBench/2.3',
      'Accept: */*',
      '',
      '',
    ].join('\r\n'),
  )
  expect(request('-m DELETE')).toMatch(/^DELETE \/ HTTP\/1\.0\r\nHost: 192\.168\.0\.30\r\n/)
  expect(request('-i')).toMatch(/^HEAD \/ HTTP\/1\.0\r\n/)
})

test('a body: its length and what it is, and how much was sent', () => {
  type('vm2', "printf 'a=1&b=2' > post.txt")
  expect(request('-p post.txt -T application/x-www-form-urlencoded')).toBe(
    'POST / HTTP/1.0\r\nContent-length: 7\r\nContent-type: application/x-www-form-urlencoded\r\n' +
      'Host: 192.168.0.30\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\na=1&b=2',
  )
  expect(request('-u post.txt')).toMatch(
    /^PUT \/ HTTP\/1\.0\r\nContent-length: 7\r\nContent-type: text\/plain\r\n/,
  )
  const text = type('vm2', `ab -n 2 -p post.txt ${URL}`)
  // nginx gives a page to nobody who posts.
  expect(text).toMatch(
    /^Non-2xx responses: {6}2\nTotal transferred: {6}\d+ bytes\nTotal body sent: {8}266\nHTML transferred: /m,
  )
  expect(text).toMatch(
    /^Transfer rate: {10}[\d.]+ \[Kbytes\/sec\] received\n {24}[\d.]+ kb\/s sent\n {24}[\d.]+ kb\/s total\n\nConnection Times/m,
  )
})

test('what cannot be: two methods, a file that is not there', () => {
  expect(type('vm2', `ab -p nosuch.txt ${URL}`)).toBe(
    'ab: Could not open POST data file (nosuch.txt): No such file or directory\nrc=1',
  )
  expect(type('vm2', `ab -i -p post.txt ${URL}`)).toBe('Cannot mix POST with other methods\n\nrc=1')
  expect(type('vm2', `ab -p post.txt -i ${URL}`)).toBe('Cannot mix HEAD with other methods\n\nrc=1')
  expect(type('vm2', `ab -p post.txt -u post.txt ${URL}`)).toBe('Cannot mix PUT with other methods\n\nrc=1')
})

test('-g writes each request, the quickest first; -e the time for each percentage', () => {
  expect(type('vm2', `ab -n 40 -c 2 -g g.tsv -e e.csv ${URL}`)).toMatch(/rc=0$/)
  const [head, ...rows] = type('vm2', 'cat g.tsv').replace(/rc=0$/, '').trim().split('\n')
  expect(head).toBe('starttime\tseconds\tctime\tdtime\tttime\twait')
  expect(rows.length).toBe(40)
  for (const row of rows)
    expect(row).toMatch(/^Mon Nov 23 00:\d\d:\d\d 2026\t1795392\d{3}\t\d+\t\d+\t\d+\t\d+$/)
  const totals = rows.map((row) => Number(row.split('\t')[4]))
  expect(totals).toEqual(totals.toSorted((a, b) => a - b))
  const csv = type('vm2', 'cat e.csv').replace(/rc=0$/, '').trim().split('\n')
  expect(csv[0]).toBe('Percentage served,Time in ms')
  expect(csv.length).toBe(102)
  expect(csv.slice(1).every((line, i) => new RegExp(`^${i},\\d+\\.\\d{3}$`).test(line))).toBe(true)
  const text = type('vm2', `ab -n 2 -g /nosuch/x ${URL}`)
  expect(text).toMatch(
    /\(longest request\)\nCannot open gnuplot output file: No such file or directory\nrc=1$/,
  )
  expect(type('vm2', `ab -n 2 -e /nosuch/x ${URL}`)).toMatch(
    /Cannot open CSV output file: No such file or directory\nrc=1$/,
  )
})

test('-v shows what was sent and what has come', () => {
  const text = type('vm2', `ab -n 1 -v 3 ${URL}`)
  expect(text).toContain(
    'Benchmarking 192.168.0.30 (be patient)...INFO: GET header == \n---\nGET / HTTP/1.0\r\nHost: 192.168.0.30\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n\n---\nLOG: header received:\nHTTP/1.1 200 OK\r\nServer: nginx/',
  )
  expect(text).toContain('\nLOG: Response code = 200\n..done\n')
  expect(type('vm2', `ab -n 1 -v 2 ${URL}`)).not.toContain('LOG: Response code')
})

test('-d and -S leave away what they say', () => {
  const text = type('vm2', `ab -n 2 -d -S ${URL}`)
  expect(text).toMatch(
    /\nConnection Times \(ms\)\n {14}min {3}avg {3}max\nConnect: +\d+ +\d+ +\d+\nProcessing: +\d+ +\d+ +\d+\nWaiting: +\d+ +\d+ +\d+\nTotal: +\d+ +\d+ +\d+\nrc=0$/,
  )
  expect(type('vm2', `ab -n 5 -i ${URL}`)).toMatch(/^Document Length: {8}0 bytes$/m)
})

test('-B sends from another address of the host', () => {
  type('vm2', 'ip addr add 192.168.0.9/24 dev eth0')
  type('vm1', 'tcpdump -n -l -c 1 -i eth0 tcp port 80 >/tmp/t 2>/dev/null &')
  expect(type('vm2', `ab -n 1 -B 192.168.0.9 ${URL}`)).toContain('Complete requests:      1\n')
  expect(type('vm1', 'cat /tmp/t')).toContain('IP 192.168.0.9.')
})
