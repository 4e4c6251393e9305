/** ab's report. support/ab.c output_results() */
import { ctime, EPOCH } from '../iptables/ctime.ts'
import { pad } from './pad.ts'

/** Times of the requests that were completed, microseconds each. */
export interface Times {
  /** Until the connection was there; in all; from the request to the first byte. */
  connect: Float64Array
  total: Float64Array
  wait: Float64Array
  /** When it was begun: lab time. */
  begin: Float64Array
  done: number
}

export interface Tally {
  server: string
  host: string
  port: number
  path: string
  documentLength: number
  anyLength: boolean
  concurrency: number
  /** Microseconds from the beginning to the last event. */
  taken: number
  bad: number
  errConnect: number
  errReceive: number
  errLength: number
  errException: number
  errResponse: number
  keepalive: boolean
  keptAlive: number
  transferred: number
  html: number
  /** Bytes of requests, and whether they had a body: then they are told of. */
  posted: number
  sendsBody: boolean
  percentiles: boolean
  confidence: boolean
}

const PERCENTAGES = [50, 66, 75, 80, 90, 95, 98, 99, 100]

/** Microseconds as whole milliseconds, half of one rounded up. */
const ms = (us: number): number => Math.floor((us + 500) / 1000)

interface Row {
  name: string
  what: string
  min: number
  mean: number
  sd: number
  median: number
  max: number
}

/** One line of the table, from a column of times. All are whole microseconds until they are printed. */
function row(name: string, what: string, column: Float64Array): { row: Row; sorted: Float64Array } {
  const n = column.length
  const sorted = column.slice().sort()
  let sum = 0
  for (const value of column) sum += value
  const mean = Math.floor(sum / n)
  let squares = 0
  for (const value of column) squares += (value - mean) ** 2
  const half = Math.floor(n / 2)
  const median = n > 1 && n % 2 ? Math.floor((sorted[half] + sorted[half + 1]) / 2) : sorted[half]
  const sd = n > 1 ? Math.sqrt(squares / (n - 1)) / 1000 : 0
  return {
    row: { name, what, min: ms(sorted[0]), mean: ms(mean), sd, median: ms(median), max: ms(sorted[n - 1]) },
    sorted,
  }
}

function sane({ what, mean, median, sd }: Row): string {
  const apart = Math.abs(mean - median)
  if (apart > 2 * sd)
    return `ERROR: The median and mean for ${what} are more than twice the standard\n       deviation apart. These results are NOT reliable.\n`
  if (apart > sd)
    return `WARNING: The median and mean for ${what} are not within a normal deviation\n        These results are probably not that reliable.\n`
  return ''
}

function timeTable(times: Times, t: Tally): string {
  const n = times.done
  const connect = times.connect.subarray(0, n)
  const total = times.total.subarray(0, n)
  const all = row('Total:', 'the total time', total)
  const rows = [
    row('Connect:', 'the initial connection time', connect).row,
    row(
      'Processing:',
      'the processing time',
      total.map((value, i) => value - connect[i]),
    ).row,
    row('Waiting:', 'the waiting time', times.wait.subarray(0, n)).row,
    all.row,
  ]
  let text = '\nConnection Times (ms)\n'
  if (t.confidence) {
    text += '              min  mean[+/-sd] median   max\n'
    for (const r of rows)
      text += `${r.name.padEnd(12)}${pad(r.min, 5)} ${pad(r.mean, 4)} ${pad(r.sd.toFixed(1), 5)} ${pad(r.median, 6)} ${pad(r.max, 7)}\n`
    text += rows.map(sane).join('')
  } else {
    text += '              min   avg   max\n'
    for (const r of rows) text += `${r.name.padEnd(12)}${pad(r.min, 5)} ${pad(r.mean, 5)}${pad(r.max, 5)}\n`
  }
  if (!t.percentiles || n <= 1) return text
  text += '\nPercentage of the requests served within a certain time (ms)\n'
  for (const p of PERCENTAGES)
    text +=
      p === 100
        ? ` 100%  ${pad(ms(all.sorted[n - 1]), 5)} (longest request)\n`
        : `  ${p}%  ${pad(ms(all.sorted[Math.floor((n * p) / 100)]), 5)}\n`
  return text
}

export function report(t: Tally, times: Times): string {
  const { done } = times
  const seconds = t.taken / 1e6
  let text = `\n\nServer Software:        ${t.server}
Server Hostname:        ${t.host}
Server Port:            ${t.port}

Document Path:          ${t.path}
Document Length:        ${t.anyLength ? 'Variable' : `${t.documentLength} bytes`}

Concurrency Level:      ${t.concurrency}
Time taken for tests:   ${seconds.toFixed(3)} seconds
Complete requests:      ${done}
Failed requests:        ${t.bad}
`
  if (t.bad > 0)
    text += `   (Connect: ${t.errConnect}, Receive: ${t.errReceive}, Length: ${t.errLength}, Exceptions: ${t.errException})\n`
  if (t.errResponse > 0) text += `Non-2xx responses:      ${t.errResponse}\n`
  if (t.keepalive) text += `Keep-Alive requests:    ${t.keptAlive}\n`
  text += `Total transferred:      ${t.transferred} bytes\n`
  if (t.sendsBody) text += `Total body sent:        ${t.posted}\n`
  text += `HTML transferred:       ${t.html} bytes\n`
  if (seconds > 0 && done > 0)
    text += `Requests per second:    ${(done / seconds).toFixed(2)} [#/sec] (mean)
Time per request:       ${((t.concurrency * seconds * 1000) / done).toFixed(3)} [ms] (mean)
Time per request:       ${((seconds * 1000) / done).toFixed(3)} [ms] (mean, across all concurrent requests)
Transfer rate:          ${(t.transferred / 1024 / seconds).toFixed(2)} [Kbytes/sec] received
`
  if (seconds > 0 && done > 0 && t.sendsBody)
    text += `                        ${(t.posted / 1024 / seconds).toFixed(2)} kb/s sent
                        ${((t.transferred + t.posted) / 1024 / seconds).toFixed(2)} kb/s total
`
  return done > 0 ? text + timeTable(times, t) : text
}

/** The file of -e: the time within which each percentage was served. The real one reads beyond its end where it is short. */
export function csvFile({ total, done }: Times): string {
  const sorted = total.slice(0, done).sort()
  let text = 'Percentage served,Time in ms\n'
  for (let i = 0; i <= 100; i++) {
    const at = i === 0 ? 0 : i === 100 ? done - 1 : Math.min(done - 1, Math.floor(0.5 + (done * i) / 100))
    text += `${i},${(sorted[at] / 1000).toFixed(3)}\n`
  }
  return text
}

/** The file of -g: each request, the quickest first. */
export function gnuplotFile({ connect, total, wait, begin, done }: Times): string {
  const order = Array.from({ length: done }, (_, i) => i).sort((a, b) => total[a] - total[b])
  const lines = order.map((i) => {
    const times = [connect[i], total[i] - connect[i], total[i], wait[i]].map(ms)
    return [ctime(begin[i]), EPOCH + Math.floor(begin[i] / 1e6), ...times].join('\t')
  })
  return ['starttime\tseconds\tctime\tdtime\tttime\twait', ...lines, ''].join('\n')
}
