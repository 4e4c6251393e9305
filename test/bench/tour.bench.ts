/**
 * A scripted tour of the page, as fast as this machine is and at a quarter of that: all views while packets move, 200
 * packets on their way beside 65,536 buckets, the docker lab's load. How long the page's thread is busy without a break
 * (as time and as processor time, because the machine may do other things meanwhile), and the time between pictures.
 */
import type { Page } from 'playwright-core'
import type { Report } from '../../scripts/bench.ts'
import {
  countFrames,
  ctrlC,
  ended,
  mainTasks,
  openPage,
  serve,
  throttle,
  type,
  type Site,
} from './browser.ts'

const RATES = [1, 4]
const VIEWS = ['Ladder', 'TCP', 'Entries', 'Charts', 'Hooks']
const round = (x: number): number => Math.round(x * 10) / 10

interface Part {
  name: string
  note: string
  prepare: (site: Site) => Promise<Page>
  go: (page: Page) => Promise<void>
}

const gateway = async (site: Site, speed: string): Promise<Page> => {
  const page = await openPage(site, `?lab=gateway#speed=${speed}&lang=en`, true)
  await type(page, 'gateway', 'sysctl -w net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_buckets=65536')
  await type(page, 'gateway', 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
  await ended(page)
  // What comes later has come.
  await page.waitForTimeout(2500)
  return page
}

async function views(page: Page): Promise<void> {
  for (const name of VIEWS) {
    await page.getByRole('tab', { name, exact: true }).click()
    await page.waitForTimeout(700)
  }
}

const PARTS: readonly Part[] = [
  {
    name: 'views',
    note: 'all views, one after the other, while a page is fetched through NAT',
    prepare: (site) => gateway(site, '2'),
    go: async (page) => {
      await type(page, 'pc1', 'for i in 1 2 3 4 5; do curl -s http://baidu.com/; done')
      await views(page)
      await page.getByRole('tab', { name: 'Journey' }).click()
      await page.waitForTimeout(700)
    },
  },
  {
    name: 'packets',
    note: '200 packets on their way, every one of 65,536 buckets drawn',
    prepare: async (site) => {
      const page = await gateway(site, '0.001')
      await page.getByRole('button', { name: 'Every bucket' }).click()
      return page
    },
    go: async (page) => {
      await type(page, 'pc1', 'for p in $(seq 200); do echo x | nc -u -w 0 123.125.115.110 $p; done')
      await page.waitForTimeout(5000)
    },
  },
  {
    name: 'load',
    note: 'ab through NAT in the docker lab, all views',
    prepare: async (site) => {
      const page = await openPage(site, '?lab=docker#lang=en', true)
      await type(page, 'vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
      await ended(page)
      const room = 'net.netfilter.nf_conntrack_max=131072 net.netfilter.nf_conntrack_buckets=65536'
      await type(page, 'vm1', `sysctl -w ${room}`)
      await ended(page)
      return page
    },
    go: async (page) => {
      await type(page, 'vm2', 'ab -c 500 -n 20000 -r -s 2 -q http://192.168.0.30:8080/')
      await views(page)
      await views(page)
      if ((await ctrlC(page).count()) > 0) await page.keyboard.press('Control+c')
    },
  },
]

export default async function bench(report: Report): Promise<void> {
  for (const rate of RATES)
    for (const part of PARTS) {
      // A browser of its own for each: what one has left behind would be collected in the next.
      const site = await serve()
      try {
        const page = await part.prepare(site)
        await throttle(page, rate)
        let frames: number[] = []
        const tasks = await mainTasks(site, page, async () => {
          const stop = await countFrames(page)
          await part.go(page)
          frames = await stop()
        })
        frames.sort((a, b) => a - b)
        const name = `tour.${part.name}${rate === 1 ? '' : `_${rate}x`}`
        const slow = rate === 1 ? '' : `, ${rate} times slower`
        const most = (of: 'cpu' | 'wall'): number => round(Math.max(...tasks.map((t) => t[of])))
        report(`${name}.task_ms`, most('cpu'), 'ms', `longest task, processor time: ${part.note}${slow}`)
        report(`${name}.task_wall_ms`, most('wall'), 'ms', 'the same as time')
        report(`${name}.tasks_over_50`, tasks.filter((t) => t.cpu > 50).length, '', `of ${tasks.length}`)
        report(`${name}.frame_ms`, round(frames[frames.length >> 1]), 'ms', 'between two pictures, median')
        report(
          `${name}.frame_95_ms`,
          round(frames[Math.floor(frames.length * 0.95)]),
          'ms',
          '95 % are shorter',
        )
      } finally {
        await site.close()
      }
    }
}
