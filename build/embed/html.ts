import type { Packed } from './pack.ts'

/** Something that a page loads, or has in itself. */
export type Part =
  | { tag: 'link'; href: string }
  | { tag: 'script'; src: string }
  | { tag: 'style' | 'script'; text: string }
  /** Letters that a script reads (pack.ts). */
  | { tag: 'data'; id: string; packed: Packed }
  /** Words that are shown when the page cannot begin. */
  | { tag: 'words'; words: readonly { lang: string; text: string }[] }

/** What is said where nothing runs. One file alone has no other page beside it. */
const WITHOUT = {
  embed: `<noscript>
      <p>
        The simulator needs JavaScript. The course can be read without it:
        <a href="./lessons/index.en.html">English</a>.
      </p>
      <p lang="zh-Hans">模拟器需要 JavaScript；课程不用它也能读：<a href="./lessons/index.zh.html">中文</a>。</p>
    </noscript>`,
  file: `<noscript>
      <p>Netfilter Lab runs in your browser: it needs JavaScript.</p>
      <p lang="zh-Hans">Netfilter Lab 在浏览器里运行，需要 JavaScript。</p>
    </noscript>`,
}

/** A page of the embed build. `kind` is what the page's program finds as `data-page` of the root. */
export function page(kind: 'embed' | 'file', policy: string, icon: string, parts: readonly Part[]): string {
  const inBody = (part: Part): boolean =>
    part.tag === 'data' || part.tag === 'words' || ('text' in part && part.tag === 'script')
  const [head, body] = [parts.filter((part) => !inBody(part)), parts.filter(inBody)]
  return `<!doctype html>
<html lang="en" data-page="${kind}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="theme-color" content="#f7f7f4" media="(prefers-color-scheme: light)" />
    <meta name="theme-color" content="#12161c" media="(prefers-color-scheme: dark)" />
    <meta
      name="description"
      content="An interactive simulator of Linux netfilter NAT and connection tracking in the browser"
    />
    <link rel="icon" href="${icon}" type="image/svg+xml" />
    <title>Netfilter Lab</title>
    ${head.map(element).join('\n    ')}
  </head>
  <body>
    <div id="app"></div>
    ${WITHOUT[kind]}
    ${body.map(element).join('\n    ')}
  </body>
</html>
`
}

function element(part: Part): string {
  if ('href' in part) return `<link rel="stylesheet" href="${part.href}" />`
  // Classic, and without `crossorigin`: such a script may come from anywhere.
  if ('src' in part) return `<script defer src="${part.src}"></script>`
  if (part.tag === 'data')
    return `<script type="text/plain" id="${part.id}" data-bytes="${part.packed.bytes}">${part.packed.letters}</script>`
  if (part.tag === 'words')
    return `<div id="cannot-open" hidden>${part.words.map(({ lang, text }) => `<p lang="${lang}">${text}</p>`).join('')}</div>`
  return `<${part.tag}>${inside(part)}</${part.tag}>`
}

/** What would end the element cannot stand in it, and its hash would be wrong if it were changed here. */
function inside({ tag, text }: { tag: string; text: string }): string {
  // `<!--` is harmless as long as no `<script` follows it.
  if (/<\/?(?:script|style)/i.test(text)) throw new Error(`A <${tag}> of the page cannot hold its own tags`)
  return text
}
