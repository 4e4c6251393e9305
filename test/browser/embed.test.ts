import { expect, inject } from 'vitest'
import type { Page } from 'playwright-core'
import { test } from './page.ts'

/** A course's page with the lab in a sandboxed frame. */
async function frame(page: Page, address: string): Promise<void> {
  const course = new URL('course.html', inject('site')).href
  await page.route(course, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A course</title>' }),
  )
  await page.goto(course)
  const src = new URL(address, inject('site')).href
  await page.evaluate((url) => {
    const said: unknown[] = []
    Object.assign(window, { said })
    window.addEventListener('message', (event) => said.push(event.data))
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', 'allow-scripts')
    frame.width = '900'
    frame.height = '700'
    frame.title = 'lab'
    frame.src = url
    document.body.replaceChildren(frame)
  }, src)
}

test('it works in a sandboxed frame: no storage, no frame around it, and it tells its height', async ({
  open,
}) => {
  const page = await open('#lang=en')
  await frame(page, '?embed=1&lesson=03-snat&lang=en')
  const lab = page.frameLocator('iframe')
  await lab.getByRole('heading', { level: 2, name: 'Three machines' }).waitFor()
  await lab.getByText('192.168.0.2').first().waitFor()
  expect(await lab.getByRole('banner').count()).toBe(0)

  const line = lab.getByRole('textbox', { name: /Command for/ })
  await line.fill('echo it works')
  await line.press('Enter')
  await lab.getByRole('log').getByText('it works', { exact: true }).waitFor()

  await expect
    .poll(() => page.evaluate(() => (window as unknown as { said: unknown[] }).said))
    .toContainEqual({ type: 'netfilter-lab:height', height: 670 })
})

test('an embedded sandbox needs no lesson', async ({ open }) => {
  const page = await open('?embed=1&lab=gateway&lang=zh')
  await page.getByRole('heading', { level: 2, name: '实验台' }).waitFor()
  expect(await page.getByRole('banner').count()).toBe(0)
})
