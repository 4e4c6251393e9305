/**
 * Values that nobody means, typed and turned in the built page, in both languages: each gets its answer, the page goes on
 * drawing, Ctrl-C is heard, and what was there before is there afterwards.
 */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { type } from './doing.ts'
import { test } from './page.ts'

const CT = 'net.netfilter.nf_conntrack_'

async function said(page: Page, text: string, nth = 0): Promise<void> {
  await page.locator('#term-screen').getByText(text, { exact: false }).nth(nth).waitFor({ timeout: 60_000 })
}

/** Milliseconds of the longest pause between two pictures, until it is asked for. */
async function pauses(page: Page): Promise<() => Promise<number>> {
  const handle = await page.evaluateHandle(() => {
    const state = { longest: 0, on: true }
    let last = performance.now()
    const frame = (now: number): void => {
      state.longest = Math.max(state.longest, now - last)
      last = now
      if (state.on) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    return state
  })
  return () =>
    handle.evaluate((state) => {
      state.on = false
      return state.longest
    })
}

/** What runs for ever, or as good as; Ctrl-C ends it. */
const ENDLESS = ['while :; do :; done', 'seq 1 1000000000000 | tail -n 1', 'yes >/dev/null']

test.for(['en', 'zh'])('absurd values in the page, %s', { timeout: 240_000 }, async (lang, { open }) => {
  const page = await open(`?lab=docker&lang=${lang}`, { viewport: { width: 1440, height: 900 } })
  await page.locator('#term-input').waitFor()
  await type(page, 'vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
  await type(page, 'vm1', 'echo kept >work')
  const longest = await pauses(page)

  await type(page, 'vm1', `sysctl -w ${CT}max=4294967295`)
  await said(page, `sysctl: setting key "${CT}max": Invalid argument`)
  await type(page, 'vm1', `sysctl -w ${CT}buckets=0`)
  await said(page, `sysctl: setting key "${CT}buckets": Invalid argument`)
  await type(page, 'vm1', `sysctl -w ${CT}buckets=2147483647`)
  await said(page, `sysctl: setting key "${CT}buckets": Cannot allocate memory`)
  await type(page, 'vm1', `sysctl -w ${CT}buckets=1; sysctl -n ${CT}buckets`)
  await said(page, '512')
  await type(page, 'vm1', `sysctl -w ${CT}max=0`)
  await said(page, `${CT}max = 0`)

  await type(page, 'vm2', 'ab -c 1000000 -n 1e12 http://192.168.0.30:8080/')
  await said(page, 'ab: Invalid Concurrency [Range 0..200000]')
  await type(page, 'vm2', 'ab -c 0 http://192.168.0.30:8080/')
  await said(page, 'apr_pollset_poll: Invalid argument (22)')
  await type(page, 'vm2', 'ab -n 1000000000000 http://192.168.0.30:8080/')
  await said(page, 'Invalid number of requests')

  // A number field of the knobs: what the kernel refuses, the page says.
  const field = page.getByRole('textbox', { name: new RegExp(`${CT}max`) })
  await field.fill('99999999999999999999')
  await field.press('Enter')
  await page.getByRole('alert').getByText('Invalid argument').waitFor()
  await field.fill('1000')
  await field.press('Enter')
  await expect.poll(() => field.inputValue()).toBe('1000')

  // On a busy machine a loop may have used up its fuel before the key comes: then it has ended, and said so.
  for (const line of ENDLESS) {
    await type(page, 'vm2', line)
    await page.waitForTimeout(300)
    await page.locator('#term-input').press('Control+c')
    await page.locator('#term-input').fill(`echo after "${line.slice(0, 5)}"`)
    await page.locator('#term-input').press('Enter')
    await said(page, `after ${line.slice(0, 5)}`)
  }

  await type(page, 'vm1', `cat work; sysctl -n ${CT}max; docker ps -q | wc -l`)
  await said(page, 'kept')
  await type(page, 'vm2', 'ab -n 500 -c 50 -q http://192.168.0.30:8080/')
  await said(page, 'Complete requests:      500')
  // The lab is in a worker: whatever it does, the page's own thread is free.
  expect(await longest()).toBeLessThan(1000)
})
