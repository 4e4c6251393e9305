/** What is asked of the lab in a host's page: that it works, that nothing is thrown, that it is honest about progress. */
import { wanted, type Driver } from './driver.ts'

export interface Found {
  /** What the lab's terminal printed for the packet that was sent. */
  answer: string
  /** Whether the page may keep anything. */
  keeps: boolean
  /** The page says that progress is not kept, and shows the code to copy. */
  notice: boolean
  errors: string[]
}

const PING = 'ping -c 1 192.168.0.1'

/** `frames`: how deep in the page the lab is; `origin`: whose errors count. */
export async function tryOut(
  driver: Driver,
  address: string,
  frames: number,
  origin: string,
): Promise<Found> {
  await driver.visit(address)
  // A host may still be about to change its mind.
  await wanted('the host', () => driver.run(`return document.body.dataset.busy === undefined`))
  for (let depth = 0; depth < frames; depth++) await driver.enter()
  const shows = (what: string) =>
    wanted(what, () => driver.run(`return document.body.innerText.includes('${what}')`))
  // The words of the lesson, and its lab.
  await shows('Three machines')
  await shows('192.168.0.2')
  const notice = await driver.run(
    `return document.querySelector('[data-notice="not-kept"] textarea') !== null`,
  )
  const keeps = await driver.run(
    `try { localStorage.setItem('netfilter-lab.try', ''); localStorage.removeItem('netfilter-lab.try'); return true }
     catch { return false }`,
  )
  // A narrow page shows its terminal behind a tab.
  const narrow = await driver.run(`return document.getElementById('term-input') === null`)
  if (narrow === true) await driver.click('#side-tab-terminal')
  await driver.click('#term-tab-pc1')
  await driver.type('#term-input', PING)
  await driver.type('#term-input', '\n')
  const answer = await wanted('the answer to the packet', async () => {
    const log = await driver.run(`return document.querySelector('#term-screen [role=log]')?.innerText ?? ''`)
    return /\d+ packets transmitted.*/.exec(String(log))?.[0]
  })
  const errors = await driver.errors(origin)
  return { answer, keeps: keeps === true, notice: notice === true, errors }
}

/** What is wrong with it, '' if nothing is. */
export function judge({ answer, keeps, notice, errors }: Found): string {
  const wrong: string[] = []
  if (!answer.includes('1 received')) wrong.push(`the packet got no answer: ${answer}`)
  if (errors.length > 0) wrong.push(`errors: ${errors.join(' | ')}`)
  if (notice === keeps)
    wrong.push(keeps ? 'says that nothing is kept, and it is' : 'does not say that nothing is kept')
  return wrong.join('; ')
}
