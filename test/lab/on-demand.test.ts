import { beforeAll, describe, expect, test, vi } from 'vitest'

// Other files of tests may have brought the programs before: here the modules are as on a page that has just come.
let hasProgramsFor: typeof import('../../src/lab/on-demand.ts').hasProgramsFor
let loadFor: typeof import('../../src/lab/on-demand.ts').loadFor
let programs: typeof import('../../src/userspace/programs.ts').programs

beforeAll(async () => {
  vi.resetModules()
  ;({ hasProgramsFor, loadFor } = await import('../../src/lab/on-demand.ts'))
  ;({ programs } = await import('../../src/userspace/programs.ts'))
})

describe.sequential('programs come when a line names one', () => {
  test('at first there is what sends a first packet', () => {
    expect([...programs.keys()]).toEqual(['curl'])
  })

  test.each([
    'curl http://baidu.com/',
    'curl -s http://192.168.0.1/ > /dev/null',
    'X=1 curl http://baidu.com/',
    'cd /tmp && curl http://a/',
    '',
  ])('%j can run with it', (line) => {
    expect(hasProgramsFor(line)).toBe(true)
  })

  test.each([
    'iptables -L',
    'curl http://baidu.com/ | grep h1',
    'for i in $(seq 10); do curl -s http://baidu.com/; done',
    'true && sysctl -a',
    'X=iptables; $X -L',
    '`ip route`',
    'eval ip route',
    '(sleep 1; ping a)',
    '"ip" route',
    'curl http://a/ > f*',
    'curl $(curl http://a/)',
    'case a in b) curl http://a/;; esac',
    'echo hi',
    'nosuch',
  ])('%j waits for the others', (line) => {
    expect(hasProgramsFor(line)).toBe(false)
  })

  test('a request with such a line brings them all', async () => {
    await loadFor({ type: 'exec', host: 'gateway', line: 'iptables -L' })
    for (const name of [
      'iptables',
      'conntrack',
      'sysctl',
      'ip',
      'ping',
      'dmesg',
      'grep',
      'awk',
      'echo',
      'help',
    ])
      expect(programs.has(name), name).toBe(true)
    expect(hasProgramsFor('iptables -L')).toBe(true)
    // Reading them all takes a busy machine a while.
  }, 60_000)
})
