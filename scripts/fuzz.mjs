/**
 * The properties of test/properties with cases that are drawn anew, and many times as many of them as on every day:
 * twenty times, or as many as the first argument says. What fails is named with its seed and its smallest case.
 */
import { spawnSync } from 'node:child_process'

const [times = '20', ...more] = process.argv.slice(2)
const vitest = ['--no-install', 'vitest', 'run', '--project', 'unit', 'test/properties', ...more]
const { status } = spawnSync('npx', vitest, { stdio: 'inherit', env: { ...process.env, FUZZ: times } })
process.exitCode = status ?? 1
