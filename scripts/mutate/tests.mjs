import { readdirSync } from 'node:fs'

/** Folders and files of test/ that judge mutants of src/kernel: those that run without a page and without waiting. */
const JUDGES = [
  'kernel/',
  'properties/',
  'xtables/',
  'period/conntrack.test.ts',
  'period/lab.test.ts',
  'period/names.test.ts',
  'lab/absurd.test.ts',
  'lab/addresses.test.ts',
  'lab/compare.test.ts',
  'lab/course.test.ts',
  'lab/history.test.ts',
  'lab/http.test.ts',
  'lab/recordings.test.ts',
  'lab/unwatched.test.ts',
  'wire.test.ts',
  'userspace/ab.test.ts',
  'userspace/conntrack.test.ts',
  'userspace/dmesg.test.ts',
  'userspace/dns.test.ts',
  'userspace/docker.test.ts',
  'userspace/iptables.test.ts',
  'userspace/perf.test.ts',
  'userspace/ping.test.ts',
  'userspace/programs-recorded.test.ts',
  'userspace/recorded.test.ts',
  'userspace/shell.test.ts',
  'userspace/ss.test.ts',
  'userspace/stap.test.ts',
  'userspace/tc.test.ts',
  'userspace/tcpdump.test.ts',
  'userspace/xtables-monitor.test.ts',
]

/** Files in which the tests of a `describe` go on from one another, as the lines of a session do. */
const STORIES = ['userspace/iptables.test.ts', 'userspace/programs-recorded.test.ts', 'userspace/tc.test.ts']

/** @param {string} file */
export const isStory = (file) => STORIES.includes(file)

/** @param {string} folder of test/, with a slash at its end */
export function testFiles(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && JUDGES.some((judge) => file.startsWith(judge)))
    .sort()
}
