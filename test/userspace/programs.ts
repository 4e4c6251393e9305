/**
 * Programs that stand in for the lab's own in tests of the shell.
 */
import type { Program } from '../../src/userspace/program.ts'

/** What `conntrack -L -o extended` prints for these states, one entry a source port. */
export function table(states: readonly string[], from = 40000): string {
  return states
    .map((state, i) => {
      const src = i % 3 === 2 ? '192.168.0.96' : '192.168.0.2'
      const [original, reply] = [`sport=${from + i} dport=80`, `sport=80 dport=${from + i}`]
      const tuples = `src=${src} dst=10.0.0.5 ${original} src=10.0.0.5 dst=100.64.0.1 ${reply}`
      return `ipv4     2 tcp      6 ${100 + i} ${state} ${tuples} [ASSURED] mark=0 use=1\n`
    })
    .join('')
}

/** Prints its table in pieces, then says on stderr how many it was. */
export function conntrack(pieces: readonly string[]): Program {
  return {
    name: 'conntrack',
    usage: 'conntrack -L',
    start: (sys) => {
      for (const piece of pieces) if (!sys.out(piece)) return
      const count = pieces.join('').split('\n').length - 1
      sys.err(`conntrack v1.4.7 (conntrack-tools): ${count} flow entries have been shown.\n`)
      sys.exit(0)
    },
  }
}

/** `tick N TEXT`: N lines, one each second; then it ends. Ctrl-C: it says so, and ends with 7. */
export const tick: Program = {
  name: 'tick',
  usage: 'tick N [TEXT]',
  start: (sys) => {
    sys.process.data = 0
    sys.timer(sys.k.now + 1e6)
  },
  timer: (sys) => {
    const [, count, text = 'tick'] = sys.process.argv
    const n = (sys.process.data as number) + 1
    sys.process.data = n
    if (!sys.out(`${text} ${n}\n`)) return
    if (n === Number(count)) sys.exit(0)
    else sys.timer(sys.k.now + 1e6)
  },
  interrupt: (sys) => {
    sys.out('interrupted\n')
    sys.exit(7)
  },
}

/** Prints lines until nobody reads them, and tells how many it got rid of. */
export const fountain: Program = {
  name: 'fountain',
  usage: 'fountain',
  start: (sys) => {
    let lines = 0
    while (sys.out(`line ${++lines}\n`));
    sys.files.write('/tmp/fountain', `${lines}\n`, false)
  },
}
