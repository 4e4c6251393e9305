import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { test } from './page.ts'

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
}

/** The lab is open: a host is shown. */
async function ready(page: Page): Promise<void> {
  await page.getByText('192.168.0.2').filter({ visible: true }).first().waitFor()
}

/** What sticks out of the page at the side, and what of its text is cut off where it should not be. */
async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out: string[] = []
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth > width)
      out.push(`the page is ${document.documentElement.scrollWidth} wide`)
    for (const el of document.querySelectorAll<HTMLElement>(
      'button, a, h1, h2, h3, p, label, summary, th, td, li',
    )) {
      const box = el.getBoundingClientRect()
      if (box.width === 0 || box.height === 0 || el.closest('.unseen, .skip, [role=log]')) continue
      const scroller = el.closest<HTMLElement>('[role=tablist], .road, [data-scroll]')
      if (scroller === null && (box.right > width + 1 || box.left < -1))
        out.push(`${el.tagName} ${el.innerText.slice(0, 40)}`)
      if (el.scrollWidth > el.clientWidth + 2 && getComputedStyle(el).overflow === 'hidden')
        out.push(`cut: ${el.tagName} ${el.innerText.slice(0, 40)}`)
    }
    return out
  })
}

/** An endless loop is ended by Ctrl-C. On a busy machine it may have used up its fuel before the key comes: then again. */
async function endsLoop(page: Page): Promise<void> {
  const line = page.getByRole('textbox', { name: 'Command for gateway' })
  const said = page.getByRole('log').getByText(/^status \d+$/)
  for (let tries = 1; tries <= 4; tries++) {
    await line.fill('while true; do :; done')
    await line.press('Enter')
    // A key that comes before the line is sent on has nothing to end.
    await Promise.race([
      page.getByRole('button', { name: 'Ctrl-C' }).waitFor(),
      page
        .getByText('too much work')
        .nth(tries - 1)
        .waitFor(),
    ])
    await line.press('Control+c')
    await line.fill('echo status $?')
    await line.press('Enter')
    await said.nth(tries - 1).waitFor()
    if ((await said.last().innerText()) === 'status 130') return
  }
  throw new Error('Ctrl-C was not heard')
}

test('it opens in the reader’s language, and switches without a reload', async ({ open }) => {
  const page = await open('', { locale: 'zh-CN' })
  await ready(page)
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans')
  await page.getByRole('heading', { level: 2, name: '没有回信地址的信' }).waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { level: 2, name: 'A letter without a return address' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  expect(await page.title()).toContain('Netfilter Lab')
})

test('dark and light can be chosen', async ({ open }) => {
  const page = await open('#lang=en', { colorScheme: 'light' })
  await ready(page)
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await ground()
  const button = page.getByRole('button', { name: /^Theme/ })
  for (const name of ['Theme: light', 'Theme: dark']) {
    await button.click()
    await page.getByRole('button', { name }).waitFor()
  }
  expect(await ground()).not.toBe(light)
})

test.for(Object.keys(SIZES) as (keyof typeof SIZES)[])(
  'nothing sticks out or is cut off on a %s',
  async (size, { open }) => {
    for (const lang of ['en', 'zh']) {
      const page = await open(`#lang=${lang}`, { viewport: SIZES[size] })
      await ready(page)
      for (const tab of await page.getByRole('tab').filter({ visible: true }).all()) {
        await tab.click()
        expect(await overflow(page), `${lang} ${await tab.innerText()}`).toEqual([])
      }
      await page.close()
    }
  },
)

test('what an address says wrongly is named, and the page works all the same', async ({ open }) => {
  const page = await open('?lab=moon&speed=9999&colour=blue#lang=en')
  await ready(page)
  const notices = await page.locator('.notices').innerText()
  expect(notices).toContain('“moon” cannot be used for “lab”')
  expect(notices).toContain('“speed=9999” is out of range; 100 is used')
  expect(notices).toContain('“colour”')
})

test('a step that a lesson does not have is named, and the lesson begins', async ({ open }) => {
  const page = await open('?lesson=03-snat&step=moon#lang=en')
  await page.getByRole('heading', { level: 2, name: 'Three machines' }).waitFor()
  await page.getByText('“moon” cannot be used for “step”').waitFor()
})

test('without a worker the page says so, and works all the same', async ({ open }) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  expect(await page.getByText('no worker could be started').count()).toBe(0)
  const other = await page.context().newPage()
  await other.addInitScript(() => {
    Object.assign(window, { Worker: undefined })
  })
  await other.goto(page.url())
  await other.getByText('no worker could be started').waitFor()
  await ready(other)
  await endsLoop(other)
})

test('a knob is typed in the terminal as its command', async ({ open }) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  const field = page.getByRole('textbox', { name: 'net.netfilter.nf_conntrack_max, as a number' })
  await field.fill('5')
  await field.press('Enter')
  const log = page.getByRole('log', { name: 'Output on gateway' })
  await log.getByText('sysctl -w net.netfilter.nf_conntrack_max=5').waitFor()
  await log.getByText('net.netfilter.nf_conntrack_max = 5').waitFor()
  await page.getByText('of 5 entries').waitFor()
})

test('who goes back and does it otherwise sees both runs side by side', async ({ open }) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  const line = page.getByRole('textbox', { name: 'Command for gateway' })
  const log = page.getByRole('log', { name: 'Output on gateway' })
  const set = async (max: number): Promise<void> => {
    await line.fill(`sysctl -w net.netfilter.nf_conntrack_max=${max}`)
    await line.press('Enter')
    await log.getByText(`net.netfilter.nf_conntrack_max = ${max}`).waitFor()
  }
  await set(1000)
  await page.getByRole('button', { name: 'To the beginning' }).click()
  await page.getByRole('button', { name: 'Continue from here' }).waitFor()
  await set(131072)
  await page.getByText('This is run 2').waitFor()
  await page.getByRole('button', { name: 'Back to run 1' }).waitFor()
  await page.getByRole('button', { name: 'Compare' }).click()
  const dialog = page.getByRole('dialog', { name: 'Two runs side by side' })
  await dialog.getByRole('row', { name: 'max 1,000 131,072' }).waitFor()
  await dialog.getByRole('button', { name: 'Show this run' }).click()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByText('of 1,000 entries').waitFor()
})

test('a value that the kernel refuses is answered with sysctl’s own words, beside the knob', async ({
  open,
}) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  const field = page.getByRole('textbox', { name: 'net.netfilter.nf_conntrack_max, as a number' })
  await field.fill('99999999999999')
  await field.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'sysctl:' }).waitFor()
})

test('the terminal: history, completion, clearing, a paste of several lines', async ({ open }) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  const line = page.getByRole('textbox', { name: 'Command for gateway' })
  const log = page.getByRole('log')
  await line.fill('echo one')
  await line.press('Enter')
  await log.getByText('one', { exact: true }).waitFor()
  await line.press('ArrowUp')
  expect(await line.inputValue()).toBe('echo one')
  await line.fill('ipt')
  await line.press('Tab')
  await expect.poll(() => line.inputValue()).toMatch(/^iptables/)
  await line.press('Control+c')
  expect(await line.inputValue()).toBe('')
  await line.press('Control+l')
  await expect.poll(() => log.innerText()).not.toContain('one')
  await line.evaluate((el) => {
    const data = new DataTransfer()
    data.setData('text/plain', '$ echo first\n$ echo second\necho third')
    el.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  })
  await log.getByText('second', { exact: true }).waitFor()
  expect(await line.inputValue()).toBe('echo third')
})

test('a paste of ten megabytes is refused in words, and the terminal goes on', async ({ open }) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  const line = page.getByRole('textbox', { name: 'Command for gateway' })
  await line.evaluate((el) => {
    const data = new DataTransfer()
    data.setData('text/plain', 'echo hello\n'.repeat(900_000))
    el.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  })
  await page.getByText('The paste has 9,900,000 characters; at most 100,000 are accepted').waitFor()
  await line.fill('echo still here')
  await line.press('Enter')
  await page.getByRole('log').getByText('still here', { exact: true }).waitFor()
  expect(await page.getByText('The paste has').count()).toBe(0)
})

test('Ctrl-C ends a loop that waits for nothing', async ({ open }) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  const line = page.getByRole('textbox', { name: 'Command for gateway' })
  // All programs are there, so that it is the loop that is interrupted.
  await line.fill('uname')
  await line.press('Enter')
  await page.getByRole('log').getByText('Linux', { exact: true }).waitFor()
  await endsLoop(page)
})

test('who steps by hand goes on stepping: the next command waits, and the terminal says how to go on', async ({
  open,
}) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  const log = page.getByRole('log')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('button', { name: /^Pause/ }).click()
  await page.getByText('curl is waiting for its packets').waitFor()
  await page.getByRole('button', { name: 'One step' }).click()
  await page.getByRole('button', { name: 'Ctrl-C' }).click()
  await page.getByRole('textbox', { name: 'Command for pc1' }).fill('ping -c 1 192.168.0.1')
  await page.getByRole('textbox', { name: 'Command for pc1' }).press('Enter')
  await page.getByText('ping is waiting for its packets').waitFor()
  await page.getByRole('button', { name: 'Play', exact: true }).last().click()
  await log.getByText('1 received').waitFor()
})

test('with room for five connections and ten that want to be made, packets die, and the page says why and what helps', async ({
  open,
}) => {
  const page = await open('#lab=gateway&speed=100&lang=en')
  await ready(page)
  await page.getByRole('button', { name: /^Let the inside out/ }).click()
  await page.getByRole('log').getByText('It works').waitFor()
  await page.getByRole('button', { name: /^Fill the table/ }).click()
  const drop = page.getByRole('article', { name: 'The conntrack table is full' })
  await drop.waitFor({ timeout: 90_000 })
  await drop.getByText('Why, where, and what would save it').click()
  for (const word of ['nf_hook_slow', 'NETFILTER_DROP', 'PRE_ROUTING · conntrack', 'conntrack -S: drop'])
    await drop.getByText(word).first().waitFor()
  await drop.getByRole('button', { name: /^Make room/ }).click()
  await page.getByRole('tab', { name: 'gateway' }).click()
  await page.getByRole('log').getByText('net.netfilter.nf_conntrack_max = 16').waitFor()
  // One goes back to where the packet still lives, and a station on it dies.
  const dies = page.locator('.sentence', { hasText: 'dies' })
  await drop.getByRole('button', { name: /^Go back to just before/ }).click()
  await page.getByRole('button', { name: /^Continue from here/ }).waitFor()
  expect(await dies.count()).toBe(0)
  await page.getByRole('button', { name: /^One station forward/ }).click()
  await dies.waitFor()
}, 150_000)

test('an empty line lets Tab go on, and Escape frees it from a full one', async ({ open }) => {
  const page = await open('#lab=gateway&lang=en')
  await ready(page)
  const line = page.getByRole('textbox', { name: 'Command for gateway' })
  await line.fill('echo x')
  await line.press('Escape')
  await line.press('Tab')
  await expect.poll(() => line.evaluate((el) => document.activeElement === el)).toBe(false)
})
