/** A page of somebody else: on another port and under another name, so that nothing of it is ours. */
import { createServer, type Server } from 'node:http'

export interface Host {
  /** Without a slash at its end. */
  origin: string
  /** Serves a body at a path from now on. */
  page: (path: string, body: string, headers?: Record<string, string>) => string
  close: () => Promise<void>
}

/** What the body begins with: everything that is told to the page is written down in `said`. */
const HEAD = `<!doctype html><meta charset="utf-8"><title>A course</title><link rel="icon" href="data:,">
<script>
window.said = []
addEventListener('message', ({ data, origin }) => said.push({ data, origin }))
window.told = []
const EVENTS = ['ready','step','packet','drop','check','stepcomplete','lessoncomplete','navigate','resize','error']
function listen(lab) { for (const name of EVENTS) lab.addEventListener(name, ({ detail }) => told.push({ name, detail })) }
addEventListener('DOMContentLoaded', () => document.querySelectorAll('netfilter-lab').forEach(listen))
</script>`

export async function host(): Promise<Host> {
  const pages = new Map<string, { body: string; headers: Record<string, string> }>()
  const server: Server = createServer((request, response) => {
    const found = pages.get((request.url ?? '').replace(/[?#].*/s, ''))
    response.writeHead(found === undefined ? 404 : 200, {
      'content-type': 'text/html; charset=utf-8',
      ...found?.headers,
    })
    response.end(found === undefined ? '' : HEAD + found.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://localhost:${address.port}`
  return {
    origin,
    page: (path, body, headers = {}) => {
      pages.set(path, { body, headers })
      return origin + path
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
