import type { Json } from '../../src/lab/replay/packet.ts'

/** A field that should be a text, as one. */
export function textOf(v: Json | undefined): string {
  return typeof v === 'string' ? v : (JSON.stringify(v) ?? '')
}
