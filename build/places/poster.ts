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

const box = (x: number, y: number, w: number, label: string): string =>
  `<rect class="card" x="${x}" y="${y}" width="${w}" height="46" rx="8"/>` +
  `<text class="soft" x="${x + w / 2}" y="${y + 28}" font-size="13" text-anchor="middle">${label}</text>`

export function poster(title: string, start: string, lang: 'en' | 'zh'): string {
  const lines = linesOf(title, lang === 'zh')
  const top = 92 - (lines.length - 1) * 14
  const words = lines
    .map(
      (line, i) =>
        `<text class="ink" x="60" y="${top + i * 44}" font-size="34" font-weight="680">${escape(line)}</text>`,
    )
    .join('')
  const wide = width(start, lang === 'zh') * (lang === 'zh' ? 20 : 10) + 78
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" lang="${lang === 'zh' ? 'zh-Hans' : 'en'}" font-family="system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif">
<style>.paper{fill:#f7f7f4}.card{fill:#fff;stroke:#c9ced6}.ink{fill:#1d232e}.soft{fill:#59616e}.on{fill:#fff}.orig{stroke:#0072b2}.rewrite{stroke:#7a3e9d}.table{fill:#d5ecdc}@media(prefers-color-scheme:dark){.paper{fill:#12161c}.card{fill:#1a2029;stroke:#3a4452}.ink{fill:#e6e9ee}.soft{fill:#a3adbb}.on{fill:#12161c}.orig{stroke:#5ab4e6}.rewrite{stroke:#c792ea}.table{fill:#1e3a2b}}</style>
<title>${escape(title)}</title>
<rect class="paper" width="${W}" height="${H}"/>
${words}
<g fill="none" stroke-width="4" stroke-linecap="round"><path class="orig" d="M0 243h60M200 243h70M390 243h70M580 243h16"/><path class="rewrite" d="M736 243h64M780 233l12 10-12 10"/></g>
${box(60, 220, 140, 'PREROUTING')}${box(270, 220, 120, 'FORWARD')}${box(596, 220, 140, 'POSTROUTING')}
<rect class="table" x="460" y="224" width="120" height="38" rx="6"/><text class="soft" x="520" y="248" font-size="13" text-anchor="middle">nat · filter</text>
<rect class="ink" x="60" y="344" width="${wide}" height="58" rx="12"/><path class="on" d="M84 361l21 12-21 12z"/><text class="on" x="118" y="380" font-size="20" font-weight="600">${escape(start)}</text>
<text class="soft" x="740" y="380" font-size="16" font-weight="600" text-anchor="end">Netfilter Lab</text>
</svg>
`
}
