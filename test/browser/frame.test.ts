import * as v from 'valibot'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import type { Page } from 'playwright-core'
import lesson from '../../lessons/03-snat/lesson.ts'
import { withoutActor } from '../xapi.ts'
import { host, type Host } from './host.ts'
import { test } from './page.ts'

let school: Host
beforeAll(async () => {
  school = await host()
})
afterAll(() => school.close())

/** A busy machine is slow. */
const PATIENCE = { timeout: 20_000 }

interface Told {
  name: string
  detail: Record<string, unknown>
}

const script = (): string => `<script src="${inject('site')}netfilter-lab.js"></script>`
const told = (page: Page): Promise<Told[]> =>
  page.evaluate(() => (window as unknown as { told: Told[] }).told)
const named = async (page: Page, name: string): Promise<Told[]> =>
  (await told(page)).filter((one) => one.name === name)

/** Calls a method of the first element. */
function call(page: Page, method: string, args: unknown = {}): Promise<Record<string, unknown>> {
  return page.evaluate(
    ([method, args]) => {
      const lab = document.querySelector('netfilter-lab') as unknown as Record<
        string,
        (args: unknown) => Promise<Record<string, unknown>>
      >
      return lab[method](args).catch((error: { code: string }) => ({ refused: error.code }))
    },
    [method, args] as const,
  )
}

async function ready(page: Page): Promise<void> {
  await expect.poll(() => named(page, 'ready'), PATIENCE).toHaveLength(1)
}

test('ten labs on a page cost a picture each, until one of them is wanted', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  // Nothing of that page is to be counted.
  await page.goto('about:blank')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url().replace(inject('site'), '')))
  const labs = Array.from({ length: 10 }, () => '<netfilter-lab lesson="03-snat" lang="en"></netfilter-lab>')
  await page.goto(school.page('/ten', script() + labs.join('')))
  const start = page.getByRole('button', { name: /Start the lab/ })
  await start.first().waitFor()
  expect(await start.count()).toBe(10)
  await page.waitForTimeout(300)
  expect(asked.filter((url) => !url.startsWith(school.origin) && url !== 'favicon.svg').sort()).toEqual([
    'netfilter-lab.js',
    'posters/03-snat.en.svg',
  ])
  const size = await page.evaluate(
    async (url) => (await (await fetch(url)).text()).length,
    `${inject('site')}posters/03-snat.en.svg`,
  )
  expect(size).toBeLessThan(15_000)

  await start.first().click()
  await ready(page)
  expect(await page.locator('iframe').count()).toBe(1)
  await page.frameLocator('iframe').getByRole('heading', { level: 2, name: 'Three machines' }).waitFor()
})

test('a page has a lesson done: commands, time, state, language; and hears what happens', async ({
  open,
}) => {
  const page = await open('?page=model&lang=en')
  await page.goto(
    school.page(
      '/api',
      `${script()}<netfilter-lab lesson="03-snat" step="forward" lang="en" start="now" storage="0"></netfilter-lab>`,
    ),
  )
  await ready(page)
  const [{ detail }] = await named(page, 'ready')
  expect(detail).toMatchObject({ protocol: 1, lesson: '03-snat', step: 'forward', lab: 'gateway' })

  expect(await call(page, 'exec', { host: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' })).toEqual({
    output: 'net.ipv4.ip_forward = 1\n',
  })
  await expect.poll(() => named(page, 'stepcomplete'), PATIENCE).toHaveLength(1)
  const [done] = await named(page, 'stepcomplete')
  expect(done.detail).toMatchObject({
    lesson: '03-snat',
    step: 'forward',
    statement: {
      verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
      object: {
        id: 'urn:netfilter-lab:03-snat:forward',
        definition: { moreInfo: `${inject('site')}e/03-snat/en/forward/` },
      },
      result: { completion: true, success: true, score: { scaled: 1, raw: 1, min: 0, max: 1 } },
    },
  })
  expect(v.safeParse(withoutActor, done.detail.statement).issues ?? []).toEqual([])
  await expect
    .poll(async () => (await named(page, 'check')).at(-1)?.detail, PATIENCE)
    .toMatchObject({ goal: { right: true } })

  await call(page, 'exec', { host: 'gateway', line: 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE' })
  await call(page, 'play', { speed: 20 })
  const { output } = await call(page, 'exec', { host: 'pc1', line: 'curl -s http://baidu.com/' })
  expect(output).toContain('<html')
  const packets = await named(page, 'packet')
  expect(packets.length).toBeGreaterThan(5)
  expect(packets[0].detail).toMatchObject({
    host: 'pc1',
    src: '192.168.0.2',
    dst: '123.125.115.110',
    label: 'SYN',
  })

  const { position } = await call(page, 'seek', { position: 3 })
  expect(position).toBe(3)
  expect(await call(page, 'step')).toMatchObject({ playing: false })
  expect((await call(page, 'back')).position).toBe(3)
  const { state } = await call(page, 'getState')
  expect(typeof state).toBe('string')

  await call(page, 'load', { lab: 'docker' })
  await expect
    .poll(async () => (await named(page, 'navigate')).at(-1)?.detail, PATIENCE)
    .toMatchObject({ lesson: null, lab: 'docker' })
  expect(await call(page, 'load', { lab: 'moon' })).toEqual({ refused: 'bad-args' })
  expect(await call(page, 'setState', { state })).toMatchObject({ lesson: '03-snat', lab: 'gateway' })
  expect(await call(page, 'exec', { host: 'gateway', line: 'iptables -t nat -S POSTROUTING' })).toMatchObject(
    {
      output: '-P POSTROUTING ACCEPT\n-A POSTROUTING -o eth1 -j MASQUERADE\n',
    },
  )
  expect(await call(page, 'setState', { state: '{"v":1}' })).toEqual({ refused: 'bad-state' })

  await call(page, 'setLang', { lang: 'zh' })
  await call(page, 'setTheme', { theme: 'dark' })
  const lab = page.frameLocator('iframe')
  await lab.locator('html[lang="zh-Hans"][data-theme="dark"]').waitFor()
  await page.evaluate(() => document.querySelector('netfilter-lab')?.setAttribute('theme', 'light'))
  await lab.locator('html[data-theme="light"]').waitFor()
  expect(await call(page, 'reset')).toMatchObject({ lesson: '03-snat' })
  await expect
    .poll(() => call(page, 'exec', { host: 'gateway', line: 'iptables -t nat -S POSTROUTING' }), PATIENCE)
    .toEqual({ output: '-P POSTROUTING ACCEPT\n' })

  // Who has done the other steps before, one of them as it was shown, does the last one now.
  const ids = lesson.steps.map(({ id }) => id)
  const others = ids.filter((id) => id !== 'forward')
  const progress = { last: null, done: { '03-snat': others }, at: {}, shown: { '03-snat': ['rule'] } }
  await page.context().addInitScript(
    ([site, progress]) => {
      if (site.startsWith(`${location.origin}/`) && window.parent !== window)
        localStorage.setItem('netfilter-lab.progress', progress)
    },
    [inject('site'), JSON.stringify(progress)] as const,
  )
  const whole03 = school.page(
    '/whole',
    `${script()}<netfilter-lab lesson="03-snat" step="forward" lang="zh" start="now"></netfilter-lab>`,
  )
  // To a page of another site Chromium gives no storage here.
  await page.goto(whole03.replace('localhost', '127.0.0.1'))
  await ready(page)
  expect(await named(page, 'lessoncomplete')).toEqual([])
  await call(page, 'exec', { host: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' })
  await expect.poll(() => named(page, 'lessoncomplete'), PATIENCE).toHaveLength(1)
  const [{ detail: whole }] = await named(page, 'lessoncomplete')
  expect(v.safeParse(withoutActor, whole.statement).issues ?? []).toEqual([])
  expect(whole).toMatchObject({
    lesson: '03-snat',
    statement: {
      object: {
        id: 'urn:netfilter-lab:03-snat',
        definition: { name: { en: 'What SNAT does to a packet, and to its reply' } },
      },
      result: { completion: true, score: { raw: ids.length - 1, max: ids.length } },
      context: { language: 'zh-Hans' },
    },
  })
})

/** A frame by hand, and what is said to it. */
async function byHand(page: Page, query: string, sandbox = 'allow-scripts'): Promise<void> {
  await page.goto(school.page('/hand', '<main></main>'))
  await page.evaluate(
    ([src, sandbox]) => {
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', sandbox)
      Object.assign(frame, { src, width: '900', height: '500', title: 'lab' })
      document.body.append(frame)
    },
    [`${inject('site')}embed.html?lang=en&${query}`, sandbox] as const,
  )
  await page.frameLocator('iframe').getByRole('log').waitFor()
}

test('a page that the address does not name hears no hello, and is not heard', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  await byHand(page, 'lab=gateway&origin=https://elsewhere.example')
  await page.waitForTimeout(600)
  const said = await page.evaluate(() => (window as unknown as { said: { data: { type?: string } }[] }).said)
  expect(said.filter(({ data }) => data.type === 'netfilter-lab:hello')).toEqual([])
  const answers = await page.evaluate(async () => {
    const { contentWindow } = document.querySelector('iframe') as HTMLIFrameElement
    const { port1, port2 } = new MessageChannel()
    const heard: unknown[] = []
    port1.onmessage = ({ data }) => heard.push(data)
    contentWindow?.postMessage({ type: 'netfilter-lab:connect', protocol: 1, nonce: '0'.repeat(32) }, '*', [
      port2,
    ])
    port1.postMessage({ id: 1, method: 'exec', args: { host: 'pc1', line: 'echo broken in' } })
    contentWindow?.postMessage({ id: 1, method: 'exec', args: { host: 'pc1', line: 'echo broken in' } }, '*')
    await new Promise((resolve) => setTimeout(resolve, 500))
    return heard
  })
  expect(answers).toEqual([])
  expect(await page.frameLocator('iframe').getByText('broken in').count()).toBe(0)
})

test('another frame of the page that is named is not the page', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  school.page(
    '/thief',
    `<script>
    addEventListener('message', ({ data }) => {
      if (data.nonce === undefined) return
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => parent.postMessage({ stolen: data }, '*')
      parent.frames[0].postMessage({ type: 'netfilter-lab:connect', protocol: 1, nonce: data.nonce }, '*', [port2])
    })</script>`,
  )
  await byHand(page, `lab=gateway&origin=${encodeURIComponent(school.origin)}`)
  const got = await page.evaluate(async () => {
    type Said = { data: { type?: string; nonce?: string; stolen?: unknown } }
    const { said } = window as unknown as { said: Said[] }
    const thief = document.createElement('iframe')
    thief.src = '/thief'
    document.body.append(thief)
    await new Promise((resolve) => (thief.onload = resolve))
    const hello = said.find(({ data }) => data.type === 'netfilter-lab:hello')
    // Even with the nonce in its hands.
    thief.contentWindow?.postMessage(hello?.data, '*')
    await new Promise((resolve) => setTimeout(resolve, 500))
    return { hello: hello !== undefined, stolen: said.filter(({ data }) => data.stolen !== undefined).length }
  })
  expect(got).toEqual({ hello: true, stolen: 0 })
})

test('a lab that cannot start is an error within five seconds, and its address is there to be followed', async ({
  open,
}) => {
  const page = await open('?page=model&lang=en')
  school.page('/nothing', 'Moved.')
  await page.goto(
    school.page(
      '/dead',
      `${script()}<netfilter-lab src="${school.origin}/nothing" lab="gateway" lang="en" start="now"></netfilter-lab>`,
    ),
  )
  const since = Date.now()
  await expect.poll(() => named(page, 'error'), { timeout: 6000 }).toHaveLength(1)
  expect(Date.now() - since).toBeLessThan(6000)
  expect((await named(page, 'error'))[0].detail).toMatchObject({ code: 'timeout' })
  await page
    .getByRole('alert')
    .getByRole('link', { name: /\/nothing\?lab=gateway/ })
    .waitFor()
})

test('the frame gets the height that it needs, in two messages, whatever the page makes of it', async ({
  open,
}) => {
  const page = await open('?page=model&lang=en')
  for (const follow of ['height', 'height + 30', 'Math.min(height, 300)']) {
    await page.goto(
      school.page(
        '/high',
        `<iframe src="${inject('site')}?embed=1&lab=gateway&lang=en#?secret=abc123" style="width:100%;height:150px" title="lab"></iframe>
<script>addEventListener('message', ({ data: { type, height } }) => {
  if (type === 'netfilter-lab:height') document.querySelector('iframe').style.height = ${follow} + 'px'
})</script>`,
      ),
    )
    await page.frameLocator('iframe').getByRole('log').waitFor()
    await page.waitForTimeout(800)
    const said = await page.evaluate(
      () => (window as unknown as { said: { data: Record<string, unknown> }[] }).said,
    )
    const own = said.filter(({ data }) => data.type === 'netfilter-lab:height')
    expect(own.length).toBeGreaterThanOrEqual(1)
    expect(own.length).toBeLessThanOrEqual(2)
    const { height } = own.at(-1)?.data ?? {}
    for (const words of [
      { subject: 'lti.frameResize', height },
      { type: 'plugin.resize', payload: { height } },
      { height },
      { message: 'height', value: height, secret: 'abc123' },
      { context: 'h5p', action: 'hello' },
    ])
      expect(said.map(({ data }) => data)).toContainEqual(words)
  }
})

test('a page that asks as H5P’s resizer does is answered until the frame is right', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  await page.goto(
    school.page(
      '/h5p',
      `<iframe src="${inject('site')}?embed=1&lab=gateway&lang=en&panes=diagram,terminal" style="width:100%;height:150px" title="lab"></iframe>
<script>
const frame = document.querySelector('iframe')
const asked = []
addEventListener('message', ({ data, source }) => {
  if (data.context !== 'h5p' || source !== frame.contentWindow) return
  asked.push(data.action)
  const answer = (action) => source.postMessage({ context: 'h5p', action }, '*')
  if (data.action === 'hello') answer('hello')
  if (data.action === 'resize') frame.style.height = data.scrollHeight + 'px'
  if (data.action !== 'prepareResize') return
  if (frame.clientHeight === data.scrollHeight && data.scrollHeight === data.clientHeight) return
  frame.style.height = data.clientHeight + 'px'
  answer('resizePrepared')
})
</script>`,
    ),
  )
  await page.frameLocator('iframe').getByRole('log').waitFor()
  await expect.poll(() => page.locator('iframe').evaluate((one) => one.clientHeight), PATIENCE).toBe(522)
  await page.waitForTimeout(300)
  expect(await page.evaluate('asked')).toEqual(['hello', 'prepareResize', 'resize'])
})

test('out of sight a lab rests, and goes on when it is seen again', async ({ open }) => {
  const page = await open('?page=model&lang=en')
  await page.goto(
    school.page(
      '/long',
      `${script()}<netfilter-lab lab="gateway" lang="en" start="visible" keep="1"></netfilter-lab><div style="height:5000px"></div>`,
    ),
  )
  await ready(page)
  await call(page, 'play')
  const playing = async (): Promise<unknown> => (await named(page, 'step')).at(-1)?.detail.playing
  await expect.poll(playing, PATIENCE).toBe(true)
  await page.evaluate(() => scrollTo(0, 4000))
  await expect.poll(playing, PATIENCE).toBe(false)
  await page.evaluate(() => scrollTo(0, 0))
  await expect.poll(playing, PATIENCE).toBe(true)
})
