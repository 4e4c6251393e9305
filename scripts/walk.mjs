/**
 * `npm run walk`: every lesson in both languages, by keyboard alone, by mouse alone and by taps on a phone, in a real Chromium,
 * from beginning to end. `npm run walk -- 03 38` these only, `npm run walk -- mouse zh` in this way and language (keys, mouse, taps).
 * It builds the page first.
 */
import { spawnSync } from 'node:child_process'
import { ensureChromium } from './chromium.mjs'

const env = {
  ...process.env,
  CHROMIUM_PATH: ensureChromium(),
  WALK: process.argv.slice(2).join(',') || 'all',
}
/** @param {string[]} args */
const run = (args) => spawnSync('npx', ['--no-install', ...args], { stdio: 'inherit', env }).status ?? 1

process.exitCode =
  run(['vite', 'build', '--logLevel', 'warn']) ||
  run(['vitest', 'run', '--project', 'browser', '--reporter=verbose', 'test/browser/walk'])
