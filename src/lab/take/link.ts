/** A saved lab as the text of a link, and back. */
import { fromBase64, pack, toBase64, unpack } from './pack.ts'
import { parseSaved, type Parsed, type SavedLab } from './schema.ts'

/** A link longer than this is cut by some programs that pass links on. */
export const LINK_MAX = 2000
/** Letters of a link that are read at all. */
const READ_MAX = 8000

export function toLink(saved: SavedLab): string {
  return toBase64(pack(JSON.stringify(saved)))
}

/** Never throws: a link that was not written by us, or was damaged on its way, is a problem with a name. */
export function fromLink(text: string): Parsed {
  const bytes = text.length <= READ_MAX ? fromBase64(text) : null
  const json = bytes === null ? null : unpack(bytes)
  if (json === null) return { saved: null, problems: [{ kind: 'not-ours', field: '' }] }
  return parseSaved(json)
}
