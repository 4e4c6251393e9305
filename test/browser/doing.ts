/** What several tests of the page do in it: type a line, fetch a page through SNAT. */
import type { Page } from 'playwright-core'

/** Type a line into the terminal of a host. */
export async function type(page: Page, host: string, line: string): Promise<void> {
  await page.locator(`#term-tab-${host}`).click()
  await page.locator('#term-input').fill(line)
  await page.locator('#term-input').press('Enter')
}

/** A page has been fetched through SNAT, and everything has come to rest. */
export async function fetched(page: Page): Promise<void> {
  await page.locator('#term-input').waitFor()
  await type(page, 'gateway', 'sysctl -w net.ipv4.ip_forward=1')
  await type(
    page,
    'gateway',
    'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100',
  )
  await type(page, 'pc1', 'curl http://baidu.com/')
  await page.getByRole('log').getByText('</html>').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.host .busy') === null)
}
