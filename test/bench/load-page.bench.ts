/**
 * The page while the article's load runs: `ab -c 5000 -n 100000` through NAT with room for all, the lab in a worker, every one
 * of 65,536 buckets drawn. Frames, the longest that the page's thread is busy without a break (processor time, because the
 * machine may do other things meanwhile), memory of the page and its worker, and how long Ctrl-C takes.
 */
import type { Report } from '../../scripts/bench.ts'
import {
  bytesOf,
  countFrames,
  ended,
  heapMeter,
  isRunning,
  mainTasks,
  openPage,
  serve,
  type,
  type HeapUsage,
  type Memory,
} from './browser.ts'

const AB = 'ab -c 5000 -n 100000 -r -s 2 http://192.168.0.30:8080/'

export default async function bench(report: Report): Promise<void> {
  const site = await serve()
  try {
    const page = await openPage(site, '?lab=docker#lang=en', true)
    await type(page, 'vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
    await ended(page)
    await type(
      page,
      'vm1',
      'sysctl -w net.netfilter.nf_conntrack_max=131072 net.netfilter.nf_conntrack_buckets=65536',
    )
    await ended(page)
    await page.getByRole('button', { name: 'Every bucket' }).click()
    await type(page, 'vm2', 'ulimit -n 65536')
    await ended(page)

    // Ctrl-C in the middle, twice: the first time the compiler has not seen it all.
    const cancels: number[] = []
    for (let i = 0; i < 2; i++) {
      await type(page, 'vm2', AB)
      await page.getByText('Completed 10000 requests').nth(i).waitFor({ timeout: 120_000 })
      cancels.push(
        await page.evaluate(async () => {
          const input = document.querySelector<HTMLInputElement>('#term-input')
          const began = performance.now()
          input?.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', ctrlKey: true, bubbles: true }))
          const busy = (): boolean =>
            [...document.querySelectorAll('button')].some((b) => b.textContent.trim() === 'Ctrl-C')
          while (busy()) await new Promise(requestAnimationFrame)
          return performance.now() - began
        }),
      )
    }
    report('load_page.cancel_ms', Math.round(Math.min(...cancels)), 'ms', 'from Ctrl-C to the prompt')

    const heap = await heapMeter(page)
    let frames: number[] = []
    let most: Memory | null = null
    const began = performance.now()
    const tasks = await mainTasks(site, page, async () => {
      const stop = await countFrames(page)
      await type(page, 'vm2', AB)
      await page.waitForTimeout(100)
      while (await isRunning(page)) {
        const memory = await heap.now()
        if (most === null || bytesOf(memory) > bytesOf(most)) most = memory
        await page.waitForTimeout(500)
      }
      frames = await stop()
    })
    const seconds = (performance.now() - began) / 1000
    frames.sort((a, b) => a - b)
    report('load_page.seconds', Math.round(seconds * 10) / 10, 's', 'from Enter to the report')
    report(
      'load_page.frame_ms',
      Math.round(frames[frames.length >> 1] * 10) / 10,
      'ms',
      'between two pictures, median',
    )
    report(
      'load_page.frame_95_ms',
      Math.round(frames[Math.floor(frames.length * 0.95)] * 10) / 10,
      'ms',
      '95 % are shorter',
    )
    report(
      'load_page.task_ms',
      Math.round(Math.max(...tasks.map((t) => t.cpu)) * 10) / 10,
      'ms',
      'longest task of the page’s thread',
    )
    report(
      'load_page.busy_percent',
      Math.round(tasks.reduce((sum, t) => sum + t.cpu, 0) / seconds / 10),
      '%',
      'of the page’s thread, of one processor',
    )
    if (most === null) throw new Error('The load was over before anybody looked')
    reportMemory(report, most, await heap.collected())
  } finally {
    await site.close()
  }
}

/** `most`: when it was most. `held`: when both have collected their garbage; the rest is what browsers let lie. */
function reportMemory(report: Report, most: Memory, held: Memory): void {
  const mb = (bytes: number): number => Math.round(bytes / 1e6)
  const parts = (of: HeapUsage | null): string =>
    of === null
      ? 'none'
      : `scripts ${mb(of.usedSize)}, document ${mb(of.embedderHeapUsedSize)}, buffers ${mb(of.backingStorageSize)}`
  const note = ({ page, worker }: Memory): string => `page: ${parts(page)}; worker: ${parts(worker)}`
  report('load_page.memory_mb', mb(bytesOf(most)), 'MB', `at most, with garbage; ${note(most)}`)
  report('load_page.held_mb', mb(bytesOf(held)), 'MB', `at the end, without garbage; ${note(held)}`)
}
