/**
 * `npm run pack -- scorm LESSON`: a package for a learning management system (SCORM 1.2), `scorm2004 LESSON` for SCORM 2004;
 * `course` for LESSON: all lessons. `--lang zh`: in Chinese. `--built`: of the dist/ that is there, without building it anew.
 *
 * Exit status: 0 it is written, 1 it could not be, 2 the command was wrong.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { zipSync } from 'fflate'
import { packageOf, subjectOf } from '../build/scorm/package.ts'

const EDITIONS = { scorm: '1.2', scorm2004: '2004' } as const
const USAGE = 'npm run pack -- scorm|scorm2004 LESSON|course [--lang en|zh] [--built]'

const args = process.argv.slice(2)
const built = args.includes('--built')
const langAt = args.indexOf('--lang')
const lang = langAt < 0 ? 'en' : args[langAt + 1]
const [kind, name] = args.filter((arg, i) => !arg.startsWith('--') && (langAt < 0 || i !== langAt + 1))

if (!(kind in EDITIONS) || name === undefined || !['en', 'zh'].includes(lang)) {
  console.error(USAGE)
  process.exit(2)
}
try {
  const subject = subjectOf(name, lang)
  if (!built && spawnSync('npx', ['--no-install', 'vite', 'build'], { stdio: 'inherit' }).status !== 0)
    throw new Error('The page could not be built.')
  const files = await packageOf(subject, EDITIONS[kind as keyof typeof EDITIONS], 'dist')
  // The same files make the same package, whenever it is made.
  const zip = zipSync(Object.fromEntries(files), { level: 9, mtime: '2020-01-01T00:00:00' })
  mkdirSync('packed', { recursive: true })
  const file = `packed/${name}.${lang}.${kind}.zip`
  writeFileSync(file, zip)
  console.log(`${file}: ${files.size} files, ${Math.round(zip.length / 1000)} kB`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
