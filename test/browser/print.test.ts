/** Without JavaScript the course can be read: from the first page to a lesson, and every link leads somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { test } from './page.ts'

test('the page says where the course can be read without JavaScript, and a lesson is there whole', async ({
  open,
}) => {
  const page = await open('', { javaScriptEnabled: false })
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'The course' }).waitFor()
  await page.getByRole('link', { name: 'What SNAT does to a packet' }).click()
  await page.getByRole('heading', { level: 2, name: 'Write the rule' }).waitFor()
  await page
    .getByRole('img', { name: /The path of the packet SYN/ })
    .first()
    .waitFor()
  await page.getByRole('link', { name: '中文' }).click()
  await page.getByRole('heading', { level: 2, name: '先让网关转发' }).waitFor()
})

test('each lesson has its page in both languages, with a picture and no script; no link is dead', () => {
  const folder = 'dist/lessons'
  const files = readdirSync(folder).filter((name) => name.endsWith('.html'))
  const ids = readdirSync('lessons', { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? [e.name] : [],
  )
  const wanted = [...ids, 'glossary', 'index'].flatMap((id) => [`${id}.en.html`, `${id}.zh.html`])
  expect([...files].sort()).toEqual(wanted.sort())
  const pages = new Map(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  for (const [name, html] of pages) {
    expect(html, name).not.toMatch(/<script|javascript:| on[a-z]+="/i)
    if (/^\d/.test(name)) expect(html, name).toContain('<svg')
    expect(html, name).not.toMatch(/<output[^>]*><\/output>/)
    for (const [, href] of html.matchAll(/href="([^"]*)"/g)) {
      if (/^https?:/.test(href)) continue
      const [file, at] = href.split('#')
      if (file.startsWith('../')) expect(existsSync(join(folder, file)), `${name}: ${href}`).toBe(true)
      else if (/\.(css|svg)$/.test(file))
        expect(existsSync(join(folder, file)), `${name}: ${href}`).toBe(true)
      else {
        const target = pages.get(file === '' ? name : file)
        expect(target, `${name}: ${href}`).toBeDefined()
        if (at !== undefined) expect(target, `${name}: ${href}`).toContain(`id="${at}"`)
      }
    }
  }
})
