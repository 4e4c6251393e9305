/**
 * What somebody means ill with: addresses, commands and rule comments, things to paste, messages. Nothing of it runs,
 * nothing of it becomes an element, and what is refused is named.
 */
import type { Page } from 'playwright-core'
import { describe, expect, inject } from 'vitest'
import { test } from './page.ts'

/** Each says its number if it ever runs; a picture that cannot be had is the usual way. */
const VECTORS = [
  `<img src=x onerror=pwned(1)>`,
  `<svg/onload=pwned(2)>`,
  `"><script>pwned(3)</script>`,
  `'-pwned(4)-'`,
  `javascript:pwned(5)`,
  `\${pwned(6)}{{pwned(6)}}`,
  `</textarea></title></style><iframe srcdoc="<script>parent.pwned(7)</script>">`,
  `<a href=javascript:pwned(8)>x</a>`,
  `\u001b]8;;javascript:pwned(9)\u0007x\u001b]8;;\u0007`,
  `__proto__`,
  `constructor`,
]

const WIDE = { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' } as const

async function arm(page: Page): Promise<void> {
  await page.evaluate(() => {
    const ran: unknown[] = []
    Object.assign(window, { ran, pwned: (n: unknown) => ran.push(n), alert: (n: unknown) => ran.push(n) })
  })
}

/** Nothing ran, nothing was put in, and no prototype has got anything. */
async function clean(page: Page, after: string): Promise<void> {
  const found = await page.evaluate(() => ({
    ran: (window as unknown as { ran: unknown[] }).ran,
    put: [...document.querySelectorAll('*')]
      .filter((one) => {
        const active = [...one.attributes].some(
          ({ name, value }) => name.startsWith('on') || /^\s*javascript:/i.test(value),
        )
        const foreign = one.matches('iframe, object, embed, img[src="x"], script:not([src*="/assets/"])')
        return active || foreign
      })
      .map((one) => `${one.localName} ${[...one.attributes].map(({ name }) => name).join(' ')}`),
    polluted: Object.keys(Object.prototype).length + ('polluted' in {} ? 1 : 0),
  }))
  expect(found, after).toEqual({ ran: [], put: [], polluted: 0 })
}

async function type(page: Page, line: string): Promise<void> {
  await page.locator('#term-input').fill(line)
  await page.locator('#term-input').press('Enter')
}

describe('nothing runs, and what is refused is named:', () => {
  test('addresses', { timeout: 120_000 }, async ({ open }) => {
    const page = await open('?lab=gateway&lang=en&theme=light', WIDE)
    await page.locator('#term-input').waitFor()
    await arm(page)
    const names = ['lesson', 'lab', 'step', 'host', 'view', 'theme', 'take', 'lang', 'seed', 'period']
    for (const [i, vector] of VECTORS.entries()) {
      const name = names[i % names.length]
      await page.evaluate(
        (hash) => {
          location.hash = hash
        },
        `lab=gateway&lang=en&${name}=${encodeURIComponent(vector)}&${encodeURIComponent(vector)}=1`,
      )
      // The name of what nobody knows is named as it was written, as text.
      await page
        .getByText(vector.replaceAll(/\p{Cc}/gu, '').slice(0, 12))
        .first()
        .waitFor()
      await clean(page, `${name}=${vector}`)
    }
    // A lab that was made up, and one of another making.
    for (const take of ['AAAA', 'x'.repeat(7000), '-'.repeat(40), 'eyJfX3Byb3RvX18iOnsicG9sbHV0ZWQiOjF9fQ']) {
      await page.evaluate((text) => {
        location.hash = `lang=en&take=${text}`
      }, take)
      await page.locator('.notices li, .notices p').first().waitFor()
      await clean(page, take)
    }
  })

  test('commands, names and comments in rules', { timeout: 120_000 }, async ({ open }) => {
    const page = await open('?lab=gateway&lang=en&speed=100', WIDE)
    await page.locator('#term-input').waitFor()
    await arm(page)
    await page.locator('#term-tab-gateway').click()
    for (const vector of VECTORS) {
      const quoted = `'${vector.replaceAll("'", `'\\''`)}'`
      await type(page, `echo ${quoted}`)
      await type(page, `iptables -A FORWARD -m comment --comment ${quoted} -j LOG --log-prefix ${quoted}`)
      await type(page, `${quoted} --help`)
    }
    await type(page, `iptables -N '<b>x</b>'; iptables -A FORWARD -j '<b>x</b>'`)
    await type(page, 'iptables-save; iptables -vnL; dmesg')
    await page.getByRole('log').getByText('COMMIT').first().waitFor()
    await clean(page, 'the terminal')
    await page.locator('#term-tab-pc1').click()
    await type(page, 'ping -c 1 123.125.115.110')
    await page.getByRole('log').getByText('packets transmitted').waitFor()
    for (const view of ['ladder', 'entries', 'hooks']) {
      await page.locator(`#view-tab-${view}`).click()
      await clean(page, view)
    }
    for (const tool of await page.locator('details.tool > summary').all()) await tool.click()
    await page.getByText('onerror=pwned').first().waitFor()
    await clean(page, 'the tools')
  })

  test('what is pasted', { timeout: 120_000 }, async ({ open }) => {
    const page = await open('?lab=gateway&lang=en', WIDE)
    await page.locator('#term-input').waitFor()
    await arm(page)
    await page.getByRole('button', { name: 'Bring your own' }).click()
    const rules = VECTORS.map(
      (vector) => `-A FORWARD -m comment --comment ${JSON.stringify(vector)} -j ACCEPT`,
    )
    await page
      .locator('#carry-paste')
      .fill(['*filter', ':FORWARD ACCEPT [0:0]', ...rules, 'COMMIT', ...VECTORS].join('\n'))
    await page.getByRole('button', { name: 'Build the lab' }).click()
    await page.locator('.notes tbody tr').first().waitFor()
    await clean(page, 'what was brought')
    await page.keyboard.press('Escape')

    await page.goto(`${inject('site')}?lesson=01-why-nat&lang=en`)
    await page.getByRole('button', { name: 'All lessons' }).click()
    await arm(page)
    await page.locator('dialog summary').first().click()
    const code = page.locator('dialog textarea').last()
    for (const text of [...VECTORS, '{"__proto__":{"polluted":1}}', 'NL1.'.repeat(5000)]) {
      await code.fill(text)
      await page.getByRole('button', { name: 'Use this code' }).click()
      await page.getByText('That is not a progress code').waitFor()
    }
    const file = page.locator('dialog input[type=file]')
    const said = page.locator('dialog [role=status]')
    for (const [text, words] of [
      [VECTORS.join('\n'), 'That is not a progress code'],
      ['{"last":null,"done":{"01-why-nat":["private"]},"at":{}}', 'Your progress has been restored.'],
      [VECTORS.join('\n'), 'That is not a progress code'],
    ]) {
      await file.setInputFiles({
        name: 'progress.json',
        mimeType: 'application/json',
        buffer: Buffer.from(text),
      })
      await said.getByText(words).waitFor()
    }
    await clean(page, 'codes')
  })

  test('messages of a page that has the lab in a frame', async ({ open }) => {
    const page = await open('?page=model&lang=en', WIDE)
    const host = new URL('host-of-ill-will.html', inject('site')).href
    await page.route(host, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A host</title>' }),
    )
    await page.goto(host)
    await page.evaluate(
      (src) => {
        const frame = document.createElement('iframe')
        frame.setAttribute('sandbox', 'allow-scripts')
        frame.width = '1000'
        frame.height = '700'
        frame.title = 'lab'
        frame.src = src
        document.body.append(frame)
      },
      `${inject('site')}embed.html?lab=gateway&lang=en`,
    )
    const lab = page.frameLocator('iframe')
    await lab.locator('#term-input').waitFor()
    await page.evaluate((vectors) => {
      const to = document.querySelector('iframe')?.contentWindow
      const deep: Record<string, unknown> = {}
      let at = deep
      for (let i = 0; i < 2000; i++) at = at.x = {} as Record<string, unknown>
      const calls = ['exec', 'load', 'setState', 'reset', 'connect', 'netfilter-lab:connect', '__proto__']
      const messages: unknown[] = [null, 0, '', [], deep, 'x'.repeat(1_000_000), ...vectors]
      for (const call of calls) {
        const line = 'echo i was told to'
        const said = {
          type: call,
          method: call,
          id: 1,
          nonce: '0',
          host: 'pc1',
          line,
          args: { host: 'pc1', line },
        }
        messages.push(said, JSON.stringify(said), JSON.parse(`{"__proto__":{"polluted":1},"type":"${call}"}`))
      }
      for (const message of messages) {
        to?.postMessage(message, '*')
        to?.postMessage(message, '*', [new MessageChannel().port1])
      }
    }, VECTORS)
    await lab.locator('#term-input').fill('echo it goes on')
    await lab.locator('#term-input').press('Enter')
    await lab.getByRole('log').getByText('it goes on', { exact: true }).waitFor()
    const frame = page.frames()[1]
    const seen = await frame.evaluate(() => ({
      told: document.body.innerText.includes('i was told to'),
      polluted: 'polluted' in {},
      images: document.querySelectorAll('img, iframe').length,
    }))
    expect(seen).toEqual({ told: false, polluted: false, images: 0 })
  })
})
