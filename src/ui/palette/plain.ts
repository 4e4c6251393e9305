/** Running text of a page without its marks. */
import type { Inline } from '../../../build/page.ts'

export function plain(text: readonly Inline[]): string {
  return text
    .map((part) => {
      if (typeof part === 'string') return part
      if (part.type === 'code') return part.code
      return 'text' in part ? plain(part.text) : ''
    })
    .join('')
}
