/** Two servers: the lab's, which allows nobody anything, and the host's, whose pages have it in a frame. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, extname, join, normalize } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ANOTHER_DAY, componentPage } from './component.ts'

const PAGES = 'test/hosts/pages'
/** The pages of hosts. What is only inside of another one is not counted. */
export const HOSTS = readdirSync(PAGES)
  .map((name) => basename(name, '.html'))
  .filter((name) => name !== 'openedx-unit')

/** The page that has no frame of its own, but the element. */
export const COMPONENT = 'component'

/** What a frame is allowed, as hosts have it. */
export const FRAMES = {
  'no sandbox': '',
  'allow-scripts': 'sandbox="allow-scripts"',
  '+same-origin': 'sandbox="allow-scripts allow-same-origin"',
} as const
export type FrameKind = keyof typeof FRAMES

/** A host's page with the lab's address in it, as the host would write it. */
function pageOf(name: string, address: string, frame: string, inherit: string): string {
  const fill: Record<string, string> = { address, frame, inherit }
  const escaped = (text: string): string => text.replaceAll('&', '&amp;')
  return readFileSync(join(PAGES, `${name}.html`), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, what: string) =>
    what === 'frame' ? fill[what] : escaped(fill[what]),
  )
}

/** What is asked of the lab where it is embedded. A host may drop the query, or append a secret of its own. */
export function addressFor(host: string, page: string): string {
  if (host === 'notion') return `${page}#lesson=03-snat&lang=en`
  return `${page}?lesson=03-snat&lang=en${host === 'wordpress-oembed' ? '#?secret=hWq0cVJ2rN' : ''}`
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export interface Servers {
  /** Of the lab, with a slash at its end. */
  lab: string
  /** The address of a host's page, with the lab's embed.html in its frame. */
  host(name: string, frame: FrameKind): string
  close(): void
}

/** `dist` is the built page. Different names of this machine are different sites. */
export async function serve(dist = 'dist'): Promise<Servers> {
  const lab = await listen((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://lab').pathname)
    if (path === '/another-day.html') {
      response.writeHead(200, { 'content-type': TYPES['.html'] }).end(ANOTHER_DAY)
      return
    }
    try {
      const content = readFileSync(join(dist, path))
      response
        .writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
        .end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  const labAt = `http://localhost:${portOf(lab)}/`
  const host = await listen((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://host')
    const name = basename(pathname, '.html')
    if (name === COMPONENT) {
      response.writeHead(200, { 'content-type': TYPES['.html'] }).end(componentPage(labAt))
      return
    }
    const kind = decodeURIComponent(search.slice(1)) as FrameKind
    if (![...HOSTS, 'openedx-unit'].includes(name) || !Object.hasOwn(FRAMES, kind)) {
      response.writeHead(404).end()
      return
    }
    const page = pageOf(
      name,
      labAt + addressFor(name.replace('-unit', ''), 'embed.html'),
      FRAMES[kind],
      search,
    )
    response.writeHead(200, { 'content-type': TYPES['.html'] }).end(page)
  })
  // What was done on another day is kept only where the lab's storage is its own: a browser refuses it, or keeps another,
  // in a frame of a strange site. So the element stands on the lab's site, on another origin.
  const siteOf = (name: string): string => (name === COMPONENT ? 'localhost' : '127.0.0.1')
  return {
    lab: labAt,
    host: (name, frame) => `http://${siteOf(name)}:${portOf(host)}/${name}.html?${encodeURIComponent(frame)}`,
    close() {
      for (const one of [lab, host]) {
        one.close()
        one.closeAllConnections()
      }
    },
  }
}

/** The same pages on the disk, with the whole lab as one file beside them. */
export function onDisk(dist = 'dist'): { host(name: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'netfilter-lab-hosts-'))
  cpSync(join(dist, 'netfilter-lab.html'), join(folder, 'netfilter-lab.html'))
  for (const name of [...HOSTS, 'openedx-unit']) {
    const address = `netfilter-lab.html#embed=1&lesson=03-snat&lang=en`
    writeFileSync(join(folder, `${name}.html`), pageOf(name, address, '', ''))
  }
  return {
    host: (name) => pathToFileURL(join(folder, `${name}.html`)).href,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function listen(answer: RequestListener): Promise<Server> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
