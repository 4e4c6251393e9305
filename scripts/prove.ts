/**
 * `npm run prove [-- LAB...]`: "prove it on Linux" for every ready lab. The script that the page hands out is made and run
 * on the kernel of this machine, which must print the tables that the lab prints.
 * Exit status: 0 they are the same, 1 some are not, 2 it cannot run here.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '../src/lab/lab.ts'
import { LAB_NAMES } from '../src/lab/labs/index.ts'
import { prove } from '../src/lab/prove/script.ts'
import type { Request } from '../src/lab/protocol.ts'
import { Session } from '../src/lab/session.ts'
import { COMMANDS } from '../test/lab/prove/labs.ts'

if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  console.error('It needs Linux, and root: it makes network namespaces.')
  process.exit(2)
}

const wanted = process.argv.slice(2)
const dir = mkdtempSync(join(tmpdir(), 'prove-'))
let failed = 0
for (const lab of LAB_NAMES.filter((name) => wanted.length === 0 || wanted.includes(name)))
  for (const [i, commands] of (COMMANDS[lab] ?? [[]]).entries()) {
    const session = new Session()
    const ask = (request: Request): void => {
      const answer = session.answer({ id: 1, request })
      if (answer.type === 'failed') throw new Error(answer.detail)
    }
    ask({ type: 'open', lab, seed: 1 })
    for (const [host, line] of commands) {
      ask({ type: 'exec', host, line })
      ask({ type: 'advance', by: { kind: 'quiet', us: 30_000_000 } })
    }
    const { script, left } = prove(session)
    const file = join(dir, `${lab}-${i + 1}.sh`)
    writeFileSync(file, script)
    const run = spawnSync('bash', [file], { encoding: 'utf8' })
    const same = run.status === 0 && left.length === 0
    console.log(`${same ? 'the same ' : 'NOT the same'} ${lab} ${i + 1}: ${commands.length} commands`)
    if (!same) {
      failed++
      console.log(left.map(({ on, line }) => `  left out: ${on}# ${line}`).join('\n'))
      console.log(run.stdout.replace(/^[^]*\n(?== the lab)/, ''), run.stderr)
    }
  }
rmSync(dir, { recursive: true })
process.exit(failed === 0 ? 0 : 1)
