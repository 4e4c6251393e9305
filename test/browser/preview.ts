import { existsSync } from 'node:fs'
import { preview } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built page is served, with a slash at the end. */
    site: string
  }
}

/** Serves dist/ on a free port for as long as the browser tests run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync('dist/index.html')) throw new Error('There is no dist/ to test: npm run build')
  const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' })
  const address = server.httpServer.address()
  if (address === null || typeof address === 'string') throw new Error('vite preview listens on no port')
  project.provide('site', `http://127.0.0.1:${address.port}/`)
  return () => server.close()
}
