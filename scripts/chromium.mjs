import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

/**
 * A Chromium that starts: CHROMIUM_PATH, else the system's, else the one Playwright installed.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  const candidates = [
    process.env.CHROMIUM_PATH,
    'chromium',
    'chromium-browser',
    'google-chrome',
    chromium.executablePath(),
  ]
  return candidates.flatMap((name) => (name ? [resolve(name)] : [])).find((path) => path && starts(path))
}

/**
 * Like findChromium, but installs one where there is none, and says what it does.
 *
 * @returns {string}
 */
export function ensureChromium() {
  const found = findChromium()
  if (found) return found
  const packages = ['chromium', 'fonts-noto-cjk']
  if (process.getuid?.() === 0 && isDebian()) {
    console.log(`No Chromium here. Installing Debian's: ${packages.join(', ')}`)
    run('apt-get', ['update'])
    run('apt-get', ['install', '-y', '--no-install-recommends', ...packages])
  }
  if (!findChromium()) {
    console.log("No Chromium here. Installing Playwright's")
    run('npx', ['--no-install', 'playwright-core', 'install', 'chromium'])
  }
  const installed = findChromium()
  if (!installed) throw new Error('No Chromium, and none could be installed: set CHROMIUM_PATH to one')
  return installed
}

/** @param {string} name */
function resolve(name) {
  if (name.includes('/') || name.includes('\\')) return existsSync(name) ? name : undefined
  const which = spawnSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' })
  return which.status === 0 ? which.stdout.trim() : undefined
}

/**
 * A file of that name may be no browser: Ubuntu's chromium-browser only points to a snap.
 *
 * @param {string} path
 */
function starts(path) {
  return spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0
}

function isDebian() {
  return (
    existsSync('/etc/os-release') &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
  )
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}
