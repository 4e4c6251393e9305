/**
 * The picture that stands in a page until somebody wants the lab: what the lesson is called, and a packet on its way
 * through the hooks. Drawn here, light and dark in one; nothing is loaded by it.
 */
const W = 800
const H = 450

/** `wide`: letters that are as wide as they are high. */
function linesOf(text: string, wide: boolean): string[] {
  const most = wide ? 18 : 36
  const words = wide ? [...text.matchAll(/[\x21-\x7e]+|./g)].map(([word]) => word) : text.split(' ')
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const next = line === '' || wide ? line + word : `${line} ${word}`
    if (line !== '' && width(next, wide) > most) {
      lines.push(line.trim())
      line = word
    } else line = next
  }
  return [...lines, line.trim()].slice(0, 3)
}

function width(text: string, wide: boolean): number {
  return [...text].reduce((sum, letter) => sum + (wide && letter < '\u0100' ? 0.55 : 1), 0)
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

/** A hook, and the table or the tracking that matters there. */
const box = (x: number, label: string, below: string, kind: 'table' | 'track'): string =>
  `<rect class="card" x="${x}" y="206" width="150" height="74" rx="10"/>` +
  `<text class="ink" x="${x + 75}" y="230" font-size="14" font-weight="650" text-anchor="middle">${label}</text>` +
  `<rect class="${kind}" x="${x + 12}" y="242" width="126" height="28" rx="5"/>` +
  `<text class="soft" x="${x + 75}" y="261" font-size="13" text-anchor="middle">${below}</text>`

export function poster(title: string, start: string, lang: 'en' | 'zh'): string {
  const lines = linesOf(title, lang === 'zh')
  const top = 92 - (lines.length - 1) * 14
  const words = lines
    .map(
      (line, i) =>
        `<text class="ink" x="60" y="${top + i * 44}" font-size="34" font-weight="680">${escape(line)}</text>`,
    )
    .join('')
  const wide = width(start, lang === 'zh') * (lang === 'zh' ? 20 : 11.6) + 82
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" lang="${lang === 'zh' ? 'zh-Hans' : 'en'}" font-family="system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif">
<style>.paper{fill:#f7f7f4}.card{fill:#fff;stroke:#c9ced6}.ink{fill:#1d232e}.soft{fill:#59616e}.on{fill:#fff}.orig{stroke:#0072b2}.rewrite{stroke:#7a3e9d}.table{fill:#d5ecdc}.track{fill:#dfe3e8}@media(prefers-color-scheme:dark){.paper{fill:#12161c}.card{fill:#1a2029;stroke:#3a4452}.ink{fill:#e6e9ee}.soft{fill:#a3adbb}.on{fill:#12161c}.orig{stroke:#5ab4e6}.rewrite{stroke:#c792ea}.table{fill:#1e3a2b}.track{fill:#2d3541}}</style>
<title>${escape(title)}</title>
<rect class="paper" width="${W}" height="${H}"/>
${words}
<g fill="none" stroke-width="4" stroke-linecap="round"><path class="orig" d="M0 256h60M210 256h115M475 256h115"/><path class="rewrite" d="M740 256h56M782 245l14 11-14 11"/></g>
${box(60, 'PREROUTING', 'conntrack', 'track')}${box(325, 'FORWARD', 'filter', 'table')}${box(590, 'POSTROUTING', 'nat', 'table')}
<rect class="ink" x="60" y="344" width="${wide}" height="58" rx="12"/><path class="on" d="M84 361l21 12-21 12z"/><text class="on" x="118" y="380" font-size="20" font-weight="600">${escape(start)}</text>
<text class="soft" x="740" y="380" font-size="16" font-weight="600" text-anchor="end">Netfilter Lab</text>
</svg>
`
}
