import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { modelCard } from './build/card/plugin.ts'
import { docstrings } from './build/docs/plugin.ts'
import { machines } from './build/machines.ts'
import { embed } from './build/embed/plugin.ts'
import { comesLater, treeshake } from './build/first.ts'
import { markdown } from './build/markdown.ts'
import { places } from './build/places/plugin.ts'
import { pagePolicy } from './build/policy.ts'
import { printPages } from './build/print/plugin.ts'

// What they read of the project is read once for all builds.
const [card, docs] = [modelCard(), docstrings()]

/** What every build of the page is made with. */
const plugins = () => [svelte(), markdown(), machines(), card, docs]

/** What is loaded before anything else comes as one file: it is fewer requests, and packs better. */
const firstTogether = {
  treeshake,
  output: {
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: 'first', tags: ['$initial' as const], test: (id: string) => !comesLater(id) },
        { name: 'svelte', test: comesLater },
      ],
    },
  },
}

export default defineConfig({
  // Relative, so that the built page runs from any folder: a project page, a course platform, an iframe.
  base: './',
  // A missing file is missing, not the start page: everything that varies stands behind the '#'.
  appType: 'mpa',
  // `places` makes its pages out of what `embed` makes.
  plugins: [...plugins(), printPages(), pagePolicy(), embed(plugins), places()],
  worker: { format: 'es', plugins: () => [machines()], rolldownOptions: firstTogether },
  // Every browser that knows ES2023 preloads modules by itself.
  build: { target: 'es2023', modulePreload: { polyfill: false }, rolldownOptions: firstTogether },
  // A sandboxed frame of another page has no origin: as GitHub Pages does, let whoever asks have the files.
  preview: { cors: { origin: '*' } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          // The engine has no state of its own, so files share what they have read: half the time.
          isolate: false,
          // A busy machine is slow; a test that never ends is still found.
          testTimeout: 30_000,
        },
      },
      {
        // The built page in a real Chromium, driven from Node.
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/preview.ts'],
          // Two browsers at a time: mostly they wait for the lab's clock.
          maxWorkers: 2,
          // On a machine where others take the time a browser may miss a deadline: one more try, and it is named.
          retry: 1,
          setupFiles: ['test/browser/tries.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
