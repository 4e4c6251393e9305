import type { Plugin } from 'vite'

/**
 * What a page of ours may load and run. `scripts` and `styles` are source lists: `'self'`, or the hashes of what is inside
 * of the page. Nothing is ever fetched or sent: what is loaded are scripts, styles and pictures of the page itself.
 * Trusted Types: no string becomes HTML but through Svelte's own templates, none becomes a script's address but through
 * the policy that knows the page's own (src/lab/start-worker.ts, build/embed/loader.ts).
 */
export function contentPolicy(scripts: string, styles: string): string {
  const own = scripts.includes("'self'") ? "'self' " : ''
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${styles}`,
    `img-src ${own}data: blob:`,
    `worker-src ${own}blob:`,
    ...(own === '' ? [] : ["frame-src 'self'"]),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html netfilter-lab',
  ].join('; ')
}

/** A built page that may talk to these as well: its policy allows nobody else. Throws where it has none. */
export function withConnections(html: string, sources: string): string {
  if (!/^[\w\s.:'*/-]+$/.test(sources)) throw new Error(`These are no sources of a policy: ${sources}`)
  const before = /; base-uri /
  if (!before.test(html)) throw new Error('index.html has no policy')
  return html.replace(before, `; connect-src ${sources.replaceAll("'", '&#39;')}; base-uri `)
}

/** Puts it into the built page. While developing there is none: Vite's own client puts styles into the page. */
export function pagePolicy(): Plugin {
  return {
    name: 'netfilter-lab:policy',
    apply: 'build',
    transformIndexHtml(_, { path }) {
      if (path !== '/index.html') return []
      const content = contentPolicy("'self'", "'self'")
      return [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content },
          injectTo: 'head-prepend',
        },
      ]
    },
  }
}
