/**
 * The table of entries with 262,144 of them, in the page: how long the first sort takes and the others, a search, and the
 * longest that the page's thread is busy while somebody sorts, searches and scrolls.
 */
import type { Page } from 'playwright-core'
import type { Report } from '../../scripts/bench.ts'
import { ctrlC, ended, mainTasks, openPage, serve, type } from './browser.ts'

const ENTRIES = 262_144
const FILL_MS = 240_000
const round = (x: number): number => Math.round(x * 10) / 10

/** Milliseconds from an act until the grid shows other rows and has come to rest. */
async function until(page: Page, what: 'sort' | 'search', word: string): Promise<number> {
  return page.evaluate(
    async ([act, said]) => {
      const grid = document.querySelector('#picture [role=grid]')
      const rows = (): string => grid?.querySelector('.body')?.textContent ?? ''
      const before = rows()
      const began = performance.now()
      if (act === 'sort')
        [...document.querySelectorAll<HTMLElement>('#picture [role=columnheader] button')]
          .find((b) => b.getAttribute('aria-label') === said)
          ?.click()
      else {
        const input = document.querySelector<HTMLInputElement>('#picture input[type=search]')
        if (input) input.value = said
        input?.dispatchEvent(new Event('input', { bubbles: true }))
      }
      while (rows() === before && performance.now() - began < 20_000) await new Promise(requestAnimationFrame)
      return performance.now() - began
    },
    [what, word] as const,
  )
}

export default async function bench(report: Report): Promise<void> {
  const site = await serve()
  try {
    const page = await openPage(site, '?lab=gateway#speed=100&lang=en&view=entries', true)
    const set = (name: string, value: number): string => `net.netfilter.nf_conntrack_${name}=${value}`
    await type(
      page,
      'gateway',
      `sysctl -w net.ipv4.ip_forward=1 ${set('max', ENTRIES)} ${set('buckets', 65_536)} ${set('udp_timeout', 86_400)}`,
    )
    await type(page, 'gateway', 'iptables -A FORWARD -m conntrack --ctstate NEW -j ACCEPT')
    // What they would answer goes nowhere.
    await type(page, 'baidu', 'iptables -A INPUT -p udp -j DROP')
    await ended(page)
    await type(page, 'pc1', 'hping3 -2 --flood --rand-source -p 53 123.125.115.110')
    await page.waitForFunction(
      (n) => Number(document.querySelector('.gauge .count')?.textContent.replaceAll(/\D/g, '')) >= n,
      ENTRIES - 1,
      { timeout: FILL_MS, polling: 250 },
    )
    await ctrlC(page).click()
    await ended(page)
    await page.waitForTimeout(1500)

    const sorts: number[] = []
    let search = 0
    const tasks = await mainTasks(site, page, async () => {
      // All have one destination and one state: by these no other row would come first.
      for (const column of ['Source', 'Left', 'Source', 'Source'])
        sorts.push(await until(page, 'sort', `Sort by: ${column}`))
      for (let i = 1; i <= 40; i++) {
        await page.evaluate((share) => {
          const grid = document.querySelector('#picture [role=grid]')
          grid?.scrollTo({ top: share * grid.scrollHeight })
        }, i / 41)
        await page.waitForTimeout(30)
      }
      search = await until(page, 'search', 'udp 10.0.0.0/8')
      await page.waitForTimeout(500)
    })
    const [first, ...others] = sorts
    report('entries_page.first_sort_ms', round(first), 'ms', `${ENTRIES} entries, from the click to the rows`)
    report('entries_page.sort_ms', round(Math.max(...others)), 'ms', 'the longest of three more')
    report('entries_page.search_ms', round(search), 'ms', 'a protocol and a network')
    const most = (of: 'cpu' | 'wall'): number => round(Math.max(...tasks.map((t) => t[of])))
    report('entries_page.task_ms', most('cpu'), 'ms', 'longest task of the page’s thread, processor time')
    report('entries_page.task_wall_ms', most('wall'), 'ms', 'the same as time')
  } finally {
    await site.close()
  }
}
