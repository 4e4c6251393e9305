import { describe, expect, test } from 'vitest'
import { host } from '../host.ts'
import { tick } from '../programs.ts'

const awk = (program: string, input = '') => host({ files: { '/root/in': input } }).run(`awk '${program}' in`)

describe('awk', () => {
  test('keeps its state between two lines of a program that waits', () => {
    const gw = host({ programs: [tick] })
    gw.begin("tick 3 | awk '{s += $2; print s}'")
    gw.step()
    expect(gw.drain()).toBe('1\n')
    gw.step()
    gw.step()
    expect(gw.drain()).toBe('3\n6\n')
  })

  test('prints numbers as mawk does: an integer up to 2^31 - 1, then six digits', () => {
    expect(awk('BEGIN {print 2147483647, 2147483648, 376 * 131072}').stdout).toBe(
      '2147483647 2.14748e+09 49283072\n',
    )
  })

  test('reads on by itself, though its input comes in pieces', () => {
    const gw = host({ programs: [tick] })
    expect(gw.type('tick 4 | awk \'{getline x; print $2 "-" x}\'')).toBe('1-tick 2\n3-tick 4\n')
  })

  test('a chance that is taken is the one of the lab', () => {
    const gw = host()
    expect(gw.run("awk 'BEGIN {srand(1); print rand()}'")).toEqual(
      gw.run("awk 'BEGIN {srand(1); print rand()}'"),
    )
  })

  test.each([
    ['BEGIN {"date" | getline}', 'pipes to commands'],
    ['BEGIN {print "x" | "sort"}', 'pipes to commands are not available here'],
    ['BEGIN {system("ls")}', 'system() is not available here'],
  ])('%s: says that it cannot', (program, message) => {
    const { stderr, status } = awk(program)
    expect(status).toBe(2)
    expect(stderr).toContain(message)
  })

  test('what grows without end is stopped', () => {
    expect(awk('BEGIN {while (1) a[i++]}').status).not.toBe(0)
    expect(awk('function f(x) {return f(x)} BEGIN {f(1)}').stderr).toContain('nesting too deep')
    expect(awk(`BEGIN {x = ${'('.repeat(20000)}}`).status).toBe(2)
  })
})
