import { format } from './format.ts'

export const terminal = {
  hosts: 'Terminals, one for each host',
  log: (p: { host: string }) => `Output on ${p.host}`,
  input: (p: { host: string }) => `Command for ${p.host}`,
  keys: 'Up and Down recall lines. Tab completes a word; press Escape first to leave with Tab. Control-C stops a program, Control-L clears.',
  empty: 'A root shell on this host. Type a command; “help” lists them.',
  running: 'a program is running',
  busy: (p: { waiting: number }) =>
    p.waiting === 0
      ? 'running …'
      : format.plural(p.waiting, {
          one: 'running …, # line is waiting',
          other: 'running …, # lines are waiting',
        }),
  paused: (p: { program: string }) => `${p.program} is waiting for its packets, and time stands still.`,
  play: 'Play',
  step: 'One step',
  interrupt: 'Ctrl-C',
  touch: { tab: 'Tab', earlier: 'Earlier line', later: 'Later line', run: 'Run the line' },
  cut: (p: { n: number }) => `Only the last ${format.number(p.n)} lines are kept here.`,
  pasteLong: (p: { n: number; most: number }) =>
    `The paste has ${format.number(p.n)} characters; at most ${format.number(p.most)} are accepted. Nothing was run.`,
  pasteLeft: (p: { n: number }) =>
    format.plural(p.n, {
      one: 'There was no room for the last line of the paste.',
      other: 'There was no room for the last # lines of the paste.',
    }),
  /** The mark behind a line that a control of the page has typed. */
  by: (by: string): string => {
    switch (by.split(':')[0]) {
      case 'knob':
        return 'by a knob'
      case 'traffic':
        return 'by “Send”'
      case 'cure':
        return 'by a cure'
      case 'lesson':
        return 'by the lesson'
      case 'try':
        return 'by a suggestion'
      default:
        return 'by the page'
    }
  },
  byWhat: (by: string) =>
    `This line was typed by a control of the page${by.includes(':') ? ` (${by.split(':')[1]})` : ''}.`,
  traffic: {
    title: 'Send traffic',
    from: 'from',
    what: 'what',
    to: 'to',
    count: 'how many',
    kinds: { curl: 'web pages', ping: 'pings' },
    send: 'Send',
    line: (p: { line: string; host: string }) => `Types on ${p.host}: ${p.line}`,
  },
}
