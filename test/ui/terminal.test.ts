import { expect, test } from 'vitest'
import type { OutputChunk } from '../../src/lab/protocol.ts'
import {
  completed,
  complaintOf,
  historyOf,
  linesOf,
  overwritten,
  paste,
  pastedLines,
  programOf,
} from '../../src/ui/terminal.ts'

const chunk = (n: number, stream: OutputChunk['stream'], text: string, by?: string): OutputChunk => ({
  host: 'gateway',
  n,
  stream,
  text,
  ...(by !== undefined && { by }),
})
const session = [
  chunk(0, 'prompt', 'sysctl -n net.ipv4.ip_forward'),
  chunk(1, 'stdout', '0\n'),
  chunk(2, 'prompt', 'sysctl -w x=1', 'knob:x'),
  chunk(3, 'stderr', 'sysctl: cannot stat /proc/sys/x: No such file or directory\n'),
  chunk(4, 'prompt', 'echo "a\nb"'),
  chunk(5, 'stdout', 'a\nb\n'),
]

test('chunks are lines, the oldest first', () => {
  expect(linesOf(session, 0, 6).lines.map((l) => `${l.kind}: ${l.text}`)).toEqual([
    'prompt: sysctl -n net.ipv4.ip_forward',
    'stdout: 0',
    'prompt: sysctl -w x=1',
    'stderr: sysctl: cannot stat /proc/sys/x: No such file or directory',
    'prompt: echo "a\nb"',
    'stdout: a',
    'stdout: b',
  ])
})

test('only what lies between the last clearing and the moment shown', () => {
  expect(linesOf(session, 2, 4).lines.map((l) => l.key)).toEqual(['2.0', '3.0'])
})

test('a line that a program has begun goes on in what it prints next', () => {
  const dots = [
    chunk(0, 'prompt', 'for i in 1 2 3; do printf .; done'),
    chunk(1, 'stdout', 'a\n200 '),
    chunk(2, 'stdout', '200 '),
    chunk(3, 'stdout', '000\nb\n'),
    chunk(4, 'stdout', 'c'),
    chunk(5, 'prompt', 'true'),
    chunk(6, 'stdout', 'd'),
    chunk(7, 'stderr', 'e\nf\n'),
    chunk(8, 'stderr', 'g'),
    chunk(9, 'stdout', 'h'),
    chunk(10, 'stderr', 'i\n'),
  ]
  const { lines, count } = linesOf(dots, 0, 11)
  expect(lines.map((l) => `${l.key} ${l.kind}: ${l.text}`)).toEqual([
    '0.0 prompt: for i in 1 2 3; do printf .; done',
    '1.0 stdout: a',
    '1.1 stdout: 200 200 000',
    '3.1 stdout: b',
    '4.0 stdout: c',
    '5.0 prompt: true',
    // What both streams have written into one line stands in one.
    '6.0 stderr: de',
    '7.1 stderr: f',
    '8.0 stderr: ghi',
  ])
  expect(count).toBe(9)
})

test('of a block of lines the first one goes on in the line that the other stream has begun', () => {
  const many = Array.from({ length: 120 }, (_, i) => `${i}\n`).join('')
  const { lines, count } = linesOf([chunk(0, 'stdout', '> '), chunk(1, 'stderr', many)], 0, 2)
  expect(count).toBe(120)
  expect(lines[0]).toMatchObject({ kind: 'stderr', text: '> 0' })
  expect(lines.flatMap((l) => l.text.split('\n')).slice(1)).toEqual(
    Array.from({ length: 119 }, (_, i) => `${i + 1}`),
  )
  expect(new Set(lines.map((l) => l.key)).size).toBe(lines.length)
})

test('of very much text the newest lines are kept', () => {
  const much = Array.from({ length: 5010 }, (_, i) => `${i}\n`).join('')
  const { lines, count, cut } = linesOf([chunk(0, 'stdout', much)], 0, 1, 120)
  expect([count, cut]).toEqual([120, true])
  expect(lines.flatMap((l) => l.text.split('\n'))).toEqual(
    Array.from({ length: 120 }, (_, i) => `${4890 + i}`),
  )
  // Few things to draw, each of which stays what it is when more lines come.
  expect(lines.map((l) => l.key)).toEqual(['0.4890', '0.4900', '0.4950', '0.5000'])
})

test('the history is what was typed, by hand or by a control', () => {
  expect(historyOf([...session, chunk(6, 'prompt', 'echo "a\nb"'), chunk(7, 'prompt', ' ')], 8)).toEqual([
    'sysctl -n net.ipv4.ip_forward',
    'sysctl -w x=1',
    'echo "a\nb"',
  ])
})

test('a control hears what was answered to its own last line', () => {
  expect(complaintOf(session, 6, 'knob:x')).toBe('sysctl: cannot stat /proc/sys/x: No such file or directory')
  expect(complaintOf(session, 6, 'knob:y')).toBe('')
  expect(complaintOf(session, 3, 'knob:x')).toBe('')
})

test('Tab puts in the only word, or what all begin with', () => {
  expect(completed('iptab', 5, 0, ['iptables'])).toEqual({ line: 'iptables ', cursor: 9, choices: [] })
  expect(completed('ip', 2, 0, ['iptables', 'iptables-save'])).toEqual({
    line: 'iptables',
    cursor: 8,
    choices: ['iptables', 'iptables-save'],
  })
  expect(completed('cat /pro x', 8, 4, ['/proc/'])).toEqual({ line: 'cat /proc/ x', cursor: 10, choices: [] })
  expect(completed('zz', 2, 0, [])).toEqual({ line: 'zz', cursor: 2, choices: [] })
})

test('a paste is lines, without the prompts that articles put before them', () => {
  expect(
    pastedLines(
      '$ iptables -nL -t nat\r\ngateway# sysctl -a\n# sysctl -w net.ipv4.ip_forward=1\n\n# a remark\n  curl http://x/\n',
    ),
  ).toEqual([
    'iptables -nL -t nat',
    'sysctl -a',
    'sysctl -w net.ipv4.ip_forward=1',
    '# a remark',
    '  curl http://x/',
  ])
})

test('a paste runs the lines that are ended, as many as there is room for', () => {
  expect(paste('echo a', 9)).toEqual({ run: [], rest: 'echo a', left: 0 })
  expect(paste('echo a\necho b\n', 9)).toEqual({ run: ['echo a', 'echo b'], rest: '', left: 0 })
  expect(paste('echo a\r\necho b\necho c', 9)).toEqual({ run: ['echo a', 'echo b'], rest: 'echo c', left: 0 })
  expect(paste('a\nb\nc\nd\n', 3)).toEqual({ run: ['a', 'b', 'c'], rest: '', left: 1 })
})

test('ten megabytes are no paste', () => {
  expect(paste(`echo ${'x'.repeat(10e6)}`, 9)).toBe(null)
  expect(paste('echo a\n'.repeat(1e6), 9)).toBe(null)
})

test('a carriage return goes back to the start of the line: what comes then stands over it, and the rest of it stays', () => {
  expect(overwritten('  0     0\r100   592\nnext')).toBe('100   592\nnext')
  expect(overwritten('twelve\rab\rX')).toBe('Xbelve')
  expect(overwritten('GET / HTTP/1.1\r\n\r\nbody')).toBe('GET / HTTP/1.1\n\nbody')
})

test('who runs a line is its first word, and of a loop the shell', () => {
  expect(['curl -s http://a/', '  ping b', ''].map(programOf)).toEqual(['curl', 'ping', ''])
  expect(['for i in 1 2; do ping a; done', '(sleep 1)', '{ sleep 1; }'].map(programOf)).toEqual([
    'sh',
    'sh',
    'sh',
  ])
})
