/**
 * The templates of `docker inspect --format`: paths, json, and range over what a path leads to. Go: text/template
 * Left out: everything else that a template can say
 */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

function follow(root: Json, path: string): Json | undefined {
  let at: Json | undefined = root
  for (const name of path.split('.').filter((n) => n !== '')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined
    at = (at as Record<string, Json | undefined>)[name]
  }
  return at
}

/** As Go prints a value. */
function show(v: Json | undefined): string {
  if (v === undefined || v === null) return '<no value>'
  if (Array.isArray(v)) return `[${v.map(show).join(' ')}]`
  if (typeof v === 'object')
    return `map[${Object.entries(v)
      .map(([name, value]) => `${name}:${show(value)}`)
      .join(' ')}]`
  return String(v)
}

function fill(template: string, root: Json): string {
  return template.replace(
    /\{\{\s*(?:(json)\s+)?(\.[\w.]*)\s*\}\}/g,
    (_, json: string | undefined, path: string) => {
      const value = follow(root, path)
      return json === undefined ? show(value) : JSON.stringify(value ?? null)
    },
  )
}

/** The template filled in; null: it says something that is not known here. */
export function formatted(template: string, root: Json): string | null {
  const ranged = template.replace(
    /\{\{\s*range\s+(\.[\w.]*)\s*\}\}([^]*?)\{\{\s*end\s*\}\}/g,
    (_, path: string, body: string) => {
      const list = follow(root, path)
      if (typeof list !== 'object' || list === null) return ''
      return Object.values(list)
        .map((one) => fill(body, one))
        .join('')
    },
  )
  const text = fill(ranged, root)
  return /\{\{/.test(text) ? null : text
}
