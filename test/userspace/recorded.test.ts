/**
 * The lines of shell-lines.txt, byte for byte as a Debian 12 prints them.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { host } from './host.ts'
import { FILES } from './shell-files.ts'

interface Recorded {
  line: string
  stdout: string
  stderr: string
  status: number
}

const recorded = JSON.parse(
  readFileSync(new URL('../recorded/shell.json', import.meta.url), 'utf8'),
) as Recorded[]

/** What an interactive bash leaves out: the number of the line, and the line itself after a syntax error. */
function asTyped(stderr: string): string {
  return stderr.replace(/^(?:bash|sh): (?:-c: )?line \d+: (`.*'\n)?/gm, (_all: string, echoed?: string) =>
    echoed === undefined ? 'bash: ' : '',
  )
}

describe('prints what a Debian 12 prints:', () => {
  test.each(recorded)('$line', ({ line, stdout, stderr, status }) => {
    const files = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`/root/${name}`, text]))
    const result = host({ files }).run(line)
    expect(result).toEqual({ stdout, stderr: asTyped(stderr), status })
  })
})
