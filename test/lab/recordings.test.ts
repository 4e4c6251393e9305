import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dumps } from '../../src/lab/replay/recording.ts'
import { replay } from '../../src/lab/replay/replay.ts'
import { parseScenario } from '../../src/lab/replay/scenario.ts'

const folder = new URL('../recorded/', import.meta.url)
const names = readdirSync(new URL('scenarios/', folder)).sort()

describe('what a Linux 6.18 kernel did with these packets, the simulator does', () => {
  test.each(names)('%s', (name) => {
    const scenario = parseScenario(readFileSync(new URL(`scenarios/${name}`, folder), 'utf8'))
    const recorded = readFileSync(new URL(`recorded/${name}`, folder), 'utf8')
    const ours = replay(scenario)
    expect(ours).toEqual(JSON.parse(recorded))
    expect(`${dumps(ours)}\n`).toBe(recorded)
  })

  test('and there are recordings to compare with', () => {
    expect(names.length).toBeGreaterThanOrEqual(8)
  })
})
