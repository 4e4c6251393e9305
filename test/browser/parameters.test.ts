import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { test } from './page.ts'

/** Lines whose first one opens the way, then a page is fetched. */
const WAY = new URLSearchParams([
  ['run', 'gateway: sysctl -w net.ipv4.ip_forward=1'],
  ['run', 'gateway: iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE'],
  ['run', 'pc1: curl http://baidu.com/'],
]).toString()

const said = (page: Page) => page.getByRole('log').innerText()

test('lines of the address are typed, time has passed to a moment, and a copied link does the same', async ({
  open,
}) => {
  const page = await open(`?lab=gateway&lang=en&${WAY}&time=2&host=pc1`)
  await page.getByText('2.000 s', { exact: true }).waitFor()
  await page.getByRole('tab', { name: 'pc1' }).click()
  expect(await said(page)).toContain('<html')
  expect(await page.evaluate(() => location.hash)).toContain('time=2')
  await page.reload()
  await page.getByText('2.000 s', { exact: true }).waitFor()
})

test('a step of the history is shown, and the future is there', async ({ open }) => {
  const page = await open(`?lab=gateway&lang=en&${WAY}&position=9`)
  const slider = page.getByRole('slider', { name: 'Moment of the lab' })
  await expect.poll(() => slider.inputValue(), { timeout: 20_000 }).toBe('9')
  expect(Number(await slider.getAttribute('max'))).toBeGreaterThan(50)
})

test('what is done before the history begins cannot be undone', async ({ open }) => {
  const page = await open(
    '?lab=gateway&lang=en&setup=gateway:+sysctl+-w+net.ipv4.ip_forward%3D1&host=gateway',
  )
  const line = page.getByRole('textbox', { name: /Command for gateway/ })
  await line.fill('sysctl -n net.ipv4.ip_forward')
  await line.press('Enter')
  await page.getByRole('log').getByText('1', { exact: true }).waitFor()
  expect(await page.getByRole('log').getByText('sysctl -w').count()).toBe(0)
})

test('only some parts of the page, and what is locked can be read and not used', async ({ open }) => {
  const page = await open(
    '?embed=1&lesson=03-snat&lang=en&panes=lesson,knobs,player,terminal&knobs=locked&player=locked&terminal=locked&nav=locked&hints=hidden&draft=pc1:+ls',
    { viewport: { width: 1300, height: 700 } },
  )
  await page.getByRole('heading', { level: 2, name: 'Three machines' }).waitFor()
  await page
    .getByText('nf_conntrack_max')
    .or(page.getByText('max', { exact: true }))
    .first()
    .waitFor()
  await page.getByRole('log').waitFor()
  expect(await page.locator('#picture').count()).toBe(0)
  expect(await page.getByRole('textbox', { name: /Command for/ }).count()).toBe(0)
  expect(await page.getByRole('button', { name: /Play/ }).isDisabled()).toBe(true)
  expect(await page.locator('.right input').first().isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'All lessons' }).count()).toBe(0)
  const right = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(right).toBeLessThanOrEqual(0)
})

test('a draft waits for Enter, a bucket is listed, a term is open, and motion rests', async ({ open }) => {
  const page = await open(
    '?lab=gateway&lang=en&draft=pc2:+ping+-c1+pc1&bucket=3&glossary=conntrack&motion=reduced&size=90',
  )
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  expect(await page.getByRole('textbox', { name: /Command for pc2/ }).inputValue()).toBe('ping -c1 pc1')
  await page.getByText('Bucket 3').waitFor()
  expect(await page.evaluate(() => document.documentElement.dataset.motion)).toBe('reduced')
  const fits = await page.evaluate(() => {
    const bench = document.querySelector('.bench')
    return Math.abs((bench?.getBoundingClientRect().height ?? 0) - window.innerHeight)
  })
  expect(fits).toBeLessThanOrEqual(2)
})

test('a cover stands before the lab until it is wanted', async ({ open }) => {
  const page = await open('?embed=1&lesson=03-snat&lang=zh&start=click')
  await page.getByRole('heading', { level: 1, name: /SNAT/ }).waitFor()
  expect(await page.getByRole('log').count()).toBe(0)
  await page.getByRole('button', { name: '启动实验' }).click()
  await page.getByRole('log').waitFor()
})

test('nothing is kept where the address says so', async ({ open }) => {
  const page = await open('?lesson=03-snat&lang=en&storage=0')
  await page.getByRole('heading', { level: 2, name: 'Three machines' }).waitFor()
  await page.getByRole('log').waitFor()
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([])
})
