import { expect } from 'vitest'
import { test } from './page.ts'

test('the built page opens, says what it is, and reports no error', async ({ open }) => {
  const page = await open()
  const heading = page.getByRole('heading', { level: 1 }).first()
  await heading.waitFor()
  expect(await heading.innerText()).not.toBe('')
  expect(await page.title()).toContain('Netfilter Lab')
})
