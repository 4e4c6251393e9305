/** A slice of `npm run hosts`: the frames that forbid most, in both browsers. */
import { describe, expect, test } from 'vitest'
import { findChromium } from '../../scripts/chromium.mjs'
import { findFirefox } from '../hosts/marionette.ts'
import { matrix } from '../hosts/matrix.ts'

const chromium = findChromium()
const firefox = findFirefox()

describe('in a host’s page the lab works, throws nothing, and says when progress is not kept', () => {
  test.skipIf(!chromium)('in Chromium', { timeout: 180_000 }, async () => {
    const kinds = ['allow-scripts', 'storage blocked', 'file://'] as const
    const cells = await matrix({ chromium, hosts: ['wordpress-oembed', 'notion'], kinds, tell: () => {} })
    expect(cells).toHaveLength(6)
    expect(cells.filter(({ wrong }) => wrong !== '')).toEqual([])
    expect(cells.filter(({ keeps }) => keeps).every(({ kind }) => kind === 'file://')).toBe(true)
  })

  test.skipIf(!firefox)('in Firefox', { timeout: 180_000 }, async () => {
    const kinds = ['allow-scripts', 'file://', 'no sandbox'] as const
    const cells = await matrix({ firefox, hosts: ['openedx', 'component'], kinds, tell: () => {} })
    expect(cells).toHaveLength(4)
    expect(cells.filter(({ wrong }) => wrong !== '')).toEqual([])
  })
})
