/** `<netfilter-lab>` in somebody's page: every method is called, every event is heard, in the browser that is driven. */
import { EVENTS, METHODS } from '../../src/embed/messages.ts'
import lesson from '../../lessons/03-snat/lesson.ts'
import type { Driver } from './driver.ts'

/** The one step that the tour does itself. The others were done on another day: so the lesson comes to its end. */
const STEP = 'forward'

/** A page on the lab's own origin, for a frame: it writes down what was done on another day, and says that it has. */
export const ANOTHER_DAY = `<!doctype html><title>Another day</title><script>
  localStorage.setItem('netfilter-lab.progress', '${JSON.stringify({
    last: null,
    done: { [lesson.id]: lesson.steps.flatMap(({ id }) => (id === STEP ? [] : [id])) },
    at: {},
  })}')
  parent.postMessage('another day', '*')
</script>`

/** `lab`: where the lab is, with a slash at its end. */
export function componentPage(lab: string): string {
  return `<!doctype html><meta charset="utf-8"><title>A page with a lab</title><link rel="icon" href="data:,">
<script src="${lab}netfilter-lab.js"></script>
<body><iframe src="${lab}another-day.html" hidden title="another day"></iframe>
<script>
  window.told = []
  window.listen = (one) => {
    for (const name of ${JSON.stringify(EVENTS)})
      one.addEventListener(name, ({ detail }) => told.push({ name, detail }))
    return one
  }
  addEventListener('message', ({ data }) => {
    if (data !== 'another day') return
    const lab = listen(document.createElement('netfilter-lab'))
    Object.entries({ lesson: '${lesson.id}', step: '${STEP}', lang: 'en', start: 'now' }).forEach(([name, value]) =>
      lab.setAttribute(name, value))
    document.body.append(lab)
  })
</script>`
}

/** What runs in the page: a text, because Firefox takes no function. It answers with what was wrong. */
const TOUR = `
const wrong = []
const called = new Set()
const is = (what, found, wish) => { if (found !== wish) wrong.push(what + ': ' + JSON.stringify(found)) }
const until = async (what, look) => {
  for (let ms = 0; ms < 20000; ms += 50) {
    const found = look()
    if (found !== null && found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('no ' + what)
}
const heard = async (event, fits = () => true) =>
  (await until(event, () => window.told.find((one) => one.name === event && fits(one.detail)))).detail
return (async () => {
  const lab = await until('element', () => document.querySelector('netfilter-lab'))
  const call = (method, args) => { called.add(method); return lab[method](args) }
  const { methods, protocol } = await heard('ready')
  is('protocol', protocol, 1)
  is('exec', (await call('exec', { host: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' })).output,
    'net.ipv4.ip_forward = 1\\n')
  is('check', (await heard('check', (d) => d.goal !== null && d.goal.right)).step, '${STEP}')
  is('stepcomplete', (await heard('stepcomplete')).statement.result.score.scaled, 1)
  is('lessoncomplete', (await heard('lessoncomplete')).statement.result.completion, true)

  await call('play', { speed: 50 })
  const { outputs } = await call('run', { commands: [
    { host: 'pc1', line: 'ping -c 1 192.168.0.1' },
    { host: 'gateway', line: 'iptables -A INPUT -s 192.168.0.3 -j DROP' },
    { host: 'pc2', line: 'ping -c 1 -W 1 192.168.0.1' },
  ] })
  is('run', outputs.map((said) => /\\d received/.exec(said)?.[0]).join(), '1 received,,0 received')
  is('packet', (await heard('packet')).host, 'pc1')
  is('drop', (await heard('drop')).host, 'gateway')
  is('pause', (await call('pause')).playing, false)
  is('seek', (await call('seek', { position: 3 })).position, 3)
  is('step', (await call('step')).position > 3, true)
  is('back', (await call('back')).position, 3)
  await heard('step', (d) => d.position === 3)

  const { state } = await call('getState')
  is('load', (await call('load', { lab: 'docker' })).lab, 'docker')
  await heard('navigate', (d) => d.lab === 'docker')
  is('setState', (await call('setState', { state })).lesson, '${lesson.id}')
  await call('setLang', { lang: 'zh' })
  await call('setTheme', { theme: 'dark' })
  is('reset', (await call('reset')).lesson, '${lesson.id}')
  is('resize', (await heard('resize')).height > 200, true)
  is('a call in vain', await lab.load({ lab: 'moon' }).then(() => '', (error) => error.code), 'bad-args')

  const dead = window.listen(document.createElement('netfilter-lab'))
  dead.setAttribute('start', 'now')
  dead.setAttribute('src', location.href.replace(/[^/]*$/, 'nothing'))
  document.body.prepend(dead)
  await heard('error', (d) => d.code === 'timeout')
  for (const name of ${JSON.stringify(METHODS)})
    if (!called.has(name) || !methods.includes(name)) wrong.push(name + ' was not called')
  for (const name of ${JSON.stringify(EVENTS)})
    if (!window.told.some((one) => one.name === name)) wrong.push('no ' + name)
  return wrong.join('; ')
})().catch((error) => [String(error), ...wrong].join('; '))`

/** What is wrong with it, '' if nothing is. `origin`: whose errors count. */
export async function tryComponent(driver: Driver, address: string, origin: string): Promise<string> {
  await driver.visit(address)
  const wrong = String(await driver.run(TOUR))
  const errors = await driver.errors(origin)
  return [wrong, ...errors].filter(Boolean).join('; ')
}
