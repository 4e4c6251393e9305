/**
 * The page without a worker, where the lab works on the page's own thread: the longest that it keeps the thread without a
 * break, drawing included, in milliseconds of processor time. Each line is run once for the compiler, then measured.
 */
import type { Report } from '../../scripts/bench.ts'
import { mainTasks, openPage, serve } from './browser.ts'

const LINES: readonly [name: string, line: string][] = [
  ['curl', 'curl -s http://123.125.115.110/ > /dev/null'],
  ['loop', 'while true; do :; done'],
  ['sort', 'seq 100000 | sort | tail -n 1'],
  ['filters', 'seq 100000 | grep 7 | sed s/7/x/ | cut -c1-3 | tr 1 2 | uniq | wc'],
  ['awk', "seq 100000 | awk '{s[$1 % 1000] += $1} END {for (i in s) print s[i]}' | sort -n | tail -n 1"],
  ['output', 'seq 30000'],
  ['sysctl', 'sysctl -a'],
  [
    'entries',
    'for i in $(seq 2000); do conntrack -I -s 10.0.$((i/250)).$((i%250)) -d 1.2.3.4 -p udp --sport 5 --dport 6 -t 30000; done 2> /dev/null',
  ],
  ['list', "conntrack -L 2> /dev/null | awk '{print $1}' | sort | uniq -c"],
]

export default async function bench(report: Report): Promise<void> {
  const site = await serve()
  try {
    const page = await openPage(site, '?lab=gateway#lang=en', false)
    const line = page.getByRole('textbox', { name: 'Command for gateway' })
    const run = async (text: string): Promise<void> => {
      await line.fill(text)
      await line.press('Enter')
      await page.waitForTimeout(100)
      await page.getByRole('button', { name: 'Ctrl-C' }).waitFor({ state: 'hidden', timeout: 120_000 })
      await page.waitForTimeout(100)
    }
    for (const [name, text] of LINES) {
      await run(text)
      const tasks = await mainTasks(site, page, () => run(text))
      const most = Math.max(...tasks.map((t) => t.cpu))
      const above = tasks.filter((t) => t.cpu > 8).length
      report(`slices.${name}.ms`, Math.round(most * 10) / 10, 'ms', `${above} of ${tasks.length} over 8 ms`)
      await line.press('Control+l')
    }
  } finally {
    await site.close()
  }
}
