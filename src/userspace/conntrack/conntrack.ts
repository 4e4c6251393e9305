/**
 * conntrack(8): the connections of this host: list (-L), show events (-E), make (-I, -A, -R), delete (-D, -F), change
 * (-U), count (-C, -S).
 *
 * conntrack-tools 1.4.7, src/conntrack.c
 * Left out: events of expectations
 */
import type { ConnView } from '../../kernel/conntrack/conn.ts'
import { expireExpectations, removeExpectations } from '../../kernel/conntrack/expect.ts'
import { ctExt } from '../../kernel/conntrack/ext.ts'
import { nf_ct_delete } from '../../kernel/conntrack/life.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import type { Program, Sys } from '../program.ts'
import { eachEntry, entries, line, summary, versionOf, type Listener } from './entries.ts'
import { fits } from './filter.ts'
import { updateEntries } from './update.ts'
import { createEntry, isKnownIcmp, linesOf } from './create.ts'
import { Failure, leftOut, wrong } from './options.ts'
import { readLabelMap } from './labelmap.ts'
import { parse } from './parse.ts'
import type { Command } from './wanted.ts'
import { createExpectation, expectationLine, namedExpectation } from './expect.ts'
import { eventLine } from './print.ts'
import { XML_CONNTRACK, XML_EXPECT, xmlExpectation, xmlFlow } from './xml.ts'
import { EPOCH } from '../iptables/ctime.ts'
import { programName, usage } from './usage.ts'

/** -L expect */
function listExpectations(sys: Sys, c: Command): number {
  const { k } = sys
  expireExpectations(k)
  if (c.xml && k.net.expects.length > 0) sys.out(XML_EXPECT)
  const now = EPOCH * 1_000_000 + k.now
  const stamp = c.timestamp ? `[${Math.floor(now / 1e6)}.${String(now % 1_000_000).padStart(6, '0')}]\t` : ''
  for (const e of k.net.expects)
    sys.out(c.xml ? `${xmlExpectation(k, e)}\n` : `${stamp}${expectationLine(k, e)}\n`)
  if (c.xml && k.net.expects.length > 0) sys.out('</expect>\n')
  summary(sys, `${k.net.expects.length} expectations have been shown.`)
  return 0
}

function listTable(sys: Sys, c: Command): number | null {
  if (c.table === 'expect') return listExpectations(sys, c)
  const status = c.wanted.status
  if (c.given.includes('z') && c.given.some((letter) => 'sdrqpmuwlc()'.includes(letter)))
    throw new Failure(2, "Can't use -z with filtering parameters")
  if (status?.mask === 0 && versionOf(sys) === '1.4.7')
    throw new Failure(1, 'Operation failed: invalid parameters')
  const show = (conn: ConnView, n: number): boolean => {
    if (c.xml && n === 0) sys.out(XML_CONNTRACK)
    if (!sys.out(line(conn, c, sys.k.now), !c.given.includes('z'))) return false
    if (c.given.includes('z')) zero(sys, conn.slot)
    return true
  }
  const shown =
    c.table === 'conntrack' ? eachEntry(sys, c, (conn) => fits(conn, c.wanted, c.given, false), show) : 0
  if (shown === 'broken off') return null
  if (shown === 'closed') return 141
  if (c.xml && shown > 0) sys.out('</conntrack>\n')
  summary(sys, `${shown} flow entries have been shown.`)
  return 0
}

/** -z: what has been shown is counted anew. */
function zero(sys: Sys, slot: number): void {
  ctExt(sys.k.machine.ct, slot)?.acct?.fill(0)
}

function deleteEntries(sys: Sys, c: Command, quiet: boolean): number | null {
  const isMeant = (conn: ConnView): boolean => fits(conn, c.wanted, c.given)
  const deleted = eachEntry(sys, c, isMeant, (conn) => {
    nf_ct_delete(sys.k, conn.slot, sys.process.pid)
    return sys.out(line(conn, c, sys.k.now), true)
  })
  if (deleted === 'broken off') return null
  if (deleted === 'closed') return 141
  if (!quiet) summary(sys, `${deleted} flow entries have been deleted.`)
  return deleted === 0 ? 1 : 0
}

/** It goes, and the program says as if nothing had been found. */
function deleteExpectation(sys: Sys, c: Command): number {
  const found = namedExpectation(sys, c)
  removeExpectations(sys.k, (e) => e === found)
  summary(sys, '0 expectations have been shown.')
  return 1
}

function flush(sys: Sys, c: Command): number | null {
  if (c.table === 'expect') {
    removeExpectations(sys.k, () => true)
    summary(sys, 'expectation table has been emptied.')
    return 0
  }
  const everyOne = (): boolean => true
  const flushed = eachEntry(sys, c, everyOne, (conn) => {
    nf_ct_delete(sys.k, conn.slot, sys.process.pid)
    return true
  })
  if (flushed === 'broken off') return null
  summary(sys, 'connection tracking table has been emptied.')
  return 0
}

/** One entry, named by a whole tuple. Whoever gets it holds a reference while it prints. */
function getEntry(sys: Sys, c: Command): number {
  if (c.table === 'expect') {
    sys.out(`${expectationLine(sys.k, namedExpectation(sys, c))}\n`)
    return 0
  }
  const { sport, dport, rsport, rdport } = c.wanted
  if (!(c.given.includes('s') && c.given.includes('d')) || !isKnownIcmp(c))
    throw new Failure(1, 'Operation failed: invalid parameters')
  // Whoever names the ports of the answer only asks for nothing, and is told so.
  if (sport === null && dport === null && rsport !== null && rdport !== null)
    throw new Failure(1, 'Operation failed: Success')
  for (const conn of entries(sys, c)) {
    // It is looked up by what it was at first, outside of zones.
    if ((conn.zone & 0xffff) !== 0) continue
    if (c.xml) sys.out(XML_CONNTRACK)
    sys.out(line({ ...conn, use: conn.use + 1 }, c, sys.k.now))
    summary(sys, '1 flow entries have been shown.')
    return 0
  }
  throw new Failure(1, "Operation failed: such conntrack doesn't exist")
}

/** -S: one line a processor; the hosts of a lab have one. */
function statistics(sys: Sys): number {
  const s = sys.k.net.ctStats
  if (s.ignore !== undefined) {
    // What a kernel does not count it does not tell; the program's order is the kernel's.
    sys.out(
      `cpu=0   \tfound=${s.found} invalid=${s.invalid} ignore=${s.ignore} insert=${s.insert} insert_failed=${s.insert_failed} ` +
        `drop=${s.drop} early_drop=${s.early_drop} error=${s.error} search_restart=${s.search_restart} \n`,
    )
    return 0
  }
  const fields = [
    ['found', s.found],
    ['invalid', s.invalid],
    ['insert', s.insert],
    ['insert_failed', s.insert_failed],
    ['drop', s.drop],
    ['early_drop', s.early_drop],
    ['error', s.error],
    ['search_restart', s.search_restart],
    ['clash_resolve', s.clash_resolve],
    ['chaintoolong', s.chaintoolong],
  ]
  sys.out(`cpu=0   \t${fields.map(([name, value]) => `${name}=${value} `).join('')}\n`)
  return 0
}

/** -S expect */
function expectStatistics(sys: Sys): number {
  const { expect_new, expect_create, expect_delete } = sys.k.net.ctStats
  sys.out(
    `cpu=0   \texpect_new=${expect_new} expect_create=${expect_create} expect_delete=${expect_delete} \n`,
  )
  return 0
}

/** Do a command. null: it goes on (-E, or where it has broken off). `quiet`: it is one of a file. */
function run(sys: Sys, c: Command, quiet = false): number | null {
  switch (c.letter) {
    case 'L':
      return listTable(sys, c)
    case 'D':
      return c.table === 'expect' ? deleteExpectation(sys, c) : deleteEntries(sys, c, quiet)
    case 'F':
      return flush(sys, c)
    case 'G':
      return getEntry(sys, c)
    case 'U':
      return updateEntries(sys, c, quiet)
    case 'C':
      sys.out(`${c.table === 'expect' ? sys.k.net.expects.length : sys.k.net.ctCount}\n`)
      return 0
    case 'S':
      return c.table === 'expect' ? expectStatistics(sys) : statistics(sys)
    case 'E':
      sys.k.net.ctListeners++
      sys.process.data = { command: c, shown: 0, at: 0 } satisfies Listener
      return null
    case 'V':
      sys.out(`${programName(versionOf(sys))}\n`)
      return 0
    case 'I':
    case 'A': {
      if (c.table === 'expect') {
        if (versionOf(sys) === '1.4.4') throw leftOut(`-${c.letter} expect`)
        createExpectation(sys, c)
        return 0
      }
      const made = createEntry(sys, c) ? 1 : 0
      if (!quiet) summary(sys, `${made} flow entries have been ${c.letter === 'I' ? 'created' : 'added'}.`)
      return 0
    }
    default:
      sys.out(usage(versionOf(sys)))
      return 0
  }
}

/** The end of -E: the count, and nobody listens any more. */
function stopListening(sys: Sys, status: number): void {
  const listener = sys.process.data as Listener | null
  if (!listener || listener.slots !== undefined) return
  sys.k.net.ctListeners = Math.max(0, sys.k.net.ctListeners - 1)
  sys.process.data = null
  if (listener.command.xml && listener.shown > 0) sys.out('</conntrack>\n')
  const what = listener.command.table === 'expect' ? 'expectation events' : 'flow events'
  if (status === 0) summary(sys, `${listener.shown} ${what} have been shown.`)
  sys.exit(status)
}

function isCtEvent(event: unknown): event is Extract<TraceEvent, { type: 'ct' }> {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'ct'
}

/** A command line, read; its warnings are said, also where it is wrong. */
function parsed(sys: Sys, argv: readonly string[]): Command {
  const noted = { warnings: '' }
  try {
    return parse(argv, noted, versionOf(sys) === '1.4.4', () => readLabelMap(sys))
  } finally {
    sys.err(noted.warnings)
  }
}

/** End with what `work` answers (null: not yet), or with what went wrong. */
function guarded(sys: Sys, work: () => number | null): void {
  try {
    const status = work()
    if (status !== null) sys.exit(status)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    summary(sys, error.message)
    if (error.status === 2) sys.err("Try `conntrack -h' or 'conntrack --help' for more information.\n")
    sys.exit(error.status)
  }
}

/** -R: all lines are read before the first is done. */
function load(sys: Sys, text: string): number {
  const commands = linesOf(text).map((argv) => {
    const command = parsed(sys, argv)
    const { letter } = command
    if (!'IADUF'.includes(letter) || letter === '')
      throw wrong(`Cannot use command \`${letter === '' ? 'unknown' : `-${letter}`}' with --load-file`)
    return command
  })
  sys.spend?.(commands.length * 5)
  for (const command of commands) {
    // A list of its own, of which nothing is put off.
    sys.process.data = null
    run({ ...sys, breakOff: () => false }, command, true)
  }
  return 0
}

export const conntrack: Program = {
  name: 'conntrack',
  usage: 'conntrack {-L|-E|-D|-F|-C|-S} [-p PROTO] [-s SRC] [-d DST] [-o extended]',
  start(sys) {
    const [, option, file] = sys.process.argv
    if (file !== undefined && versionOf(sys) === '1.4.7' && /^(-R|--load-file)$/.test(option ?? '')) {
      if (file === '-') {
        sys.process.data = ''
        return
      }
      const text = sys.files.read(file)
      guarded(sys, () => {
        if (typeof text !== 'string') throw wrong(`Failed to open file ${file} for reading`)
        return load(sys, text)
      })
      return
    }
    guarded(sys, () => run(sys, parsed(sys, sys.process.argv)))
  },
  goOn(sys) {
    const list = sys.process.data as Listener | null
    if (list) guarded(sys, () => run(sys, list.command))
  },
  input(sys, text) {
    if (typeof sys.process.data === 'string') sys.process.data += text
  },
  eof(sys) {
    const { data } = sys.process
    if (typeof data === 'string') guarded(sys, () => load(sys, data))
  },
  event(sys, event) {
    const listener = sys.process.data as Listener | null
    if (!listener || listener.slots !== undefined || !isCtEvent(event)) return
    const { command: c } = listener
    if (c.table === 'expect' || !c.events[event.event] || !fits(event.conn, c.wanted, c.given)) return
    const { k } = sys
    const from = event.portid ? ` [USERSPACE] portid=${event.portid}` : ''
    if (c.xml && listener.shown === 0) sys.out(XML_CONNTRACK)
    const text = c.xml
      ? xmlFlow(event.conn, k.now, false, null, event.event.toLowerCase()) + from
      : eventLine(event, {
          extended: c.extended,
          id: c.showId,
          anonymous: versionOf(sys) === '1.4.4',
          ...(c.timestamp ? { timestamp: EPOCH * 1_000_000 + event.time } : {}),
        })
    listener.shown++
    if (!sys.out(`${text}\n`)) stopListening(sys, 141)
  },
  endsOnTerm: true,
  interrupt(sys) {
    stopListening(sys, 0)
  },
  complete: (words, index) =>
    words[index - 1] === '-p'
      ? ['tcp', 'udp', 'icmp']
      : words[index - 1] === '-o'
        ? ['extended', 'id', 'timestamp']
        : ['-L', '-E', '-D', '-F', '-C', '-S', '-p', '-s', '-d', '-o'],
}
