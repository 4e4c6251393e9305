import { describe, expect, test } from 'vitest'
import { complete, execCaptured, foreground, run, runResult } from '../../src/userspace/os.ts'
import { host } from './host.ts'
import { conntrack, fountain, table, tick } from './programs.ts'

const states = ['SYN_RECV', 'TIME_WAIT', 'TIME_WAIT', 'ESTABLISHED', 'TIME_WAIT', 'SYN_SENT', 'TIME_WAIT']

describe("an article's lines", () => {
  const gw = () =>
    host({
      files: { '/etc/sysctl.conf': '#net.ipv4.ip_forward=1\nnet.ipv4.ip_forward = 1\nvm.swappiness = 10\n' },
      programs: [
        conntrack([table(states), table(['CLOSE_WAIT', 'TIME_WAIT', 'ESTABLISHED'], 50000)]),
        print(
          'sysctl',
          'net.ipv4.ip_forward = 0\nnet.netfilter.nf_conntrack_max = 131072\nvm.swappiness = 60\n',
        ),
        print(
          'dmesg',
          Array.from({ length: 12 }, (_, i) => `[ ${i}.000000] nf_conntrack: table full\n`).join(''),
        ),
      ],
    })
  const summary = 'conntrack v1.4.7 (conntrack-tools): 10 flow entries have been shown.\n'

  test('sysctl -a | grep conntrack', () => {
    expect(gw().type('sysctl -a | grep conntrack')).toBe('net.netfilter.nf_conntrack_max = 131072\n')
  })

  test('dmesg | tail', () => {
    expect(gw().type('dmesg | tail')).toMatch(/^\[ 2\.0(.|\n)*\[ 11\.000000\] nf_conntrack: table full\n$/)
  })

  test('cat /etc/sysctl.conf | grep ip_forward', () => {
    expect(gw().type('cat /etc/sysctl.conf | grep ip_forward')).toBe(
      '#net.ipv4.ip_forward=1\nnet.ipv4.ip_forward = 1\n',
    )
  })

  test('conntrack -L -o extended | head: the summary is never printed, as head ends conntrack', () => {
    const shown = gw().type('conntrack -L -o extended | head -n 2')
    expect(shown).toBe(table(states.slice(0, 2)))
  })

  test('conntrack -L -o extended | wc -l: the summary goes to stderr and is not counted', () => {
    expect(gw().type('conntrack -L -o extended | wc -l')).toBe(`${summary}10\n`)
    expect(gw().type('conntrack -L -o extended 2>&1 | wc -l')).toBe('11\n')
    expect(gw().type('conntrack -L -o extended 2>/dev/null | wc -l')).toBe('10\n')
  })

  test('counts states with awk, in the order of mawk', () => {
    const line = `conntrack -L -o extended | awk '/^.*tcp.*$/ {sum[$6]++} END {for(i in sum) print i, sum[i]}'`
    expect(gw().type(line)).toBe(
      `${summary}TIME_WAIT 5\nSYN_SENT 1\nSYN_RECV 1\nCLOSE_WAIT 1\nESTABLISHED 2\n`,
    )
  })

  test('counts sources with cut, sort and uniq', () => {
    const line = `conntrack -L -o extended | awk '{print $7}' | cut -d "=" -f 2 | sort | uniq -c | sort -nr | head -n 10`
    expect(gw().type(line)).toBe(`${summary}      7 192.168.0.2\n      3 192.168.0.96\n`)
  })

  test('a prompt that was copied with the line is ignored', () => {
    expect(gw().type('$ conntrack -L | grep -c tcp')).toBe(`${summary}10\n`)
    expect(gw().type('# conntrack -L')).toBe('')
  })
})

function print(name: string, text: string) {
  const start = (sys: { out(text: string): boolean; exit(status: number): void }) => {
    sys.out(text)
    sys.exit(0)
  }
  return { name, usage: name, start }
}

describe('time', () => {
  test('what follows a program that waits is run when it has ended', () => {
    const gw = host()
    expect(gw.begin('sleep 2; echo after')).toBe('')
    expect(foreground(gw.os)?.line).toBe('sleep 2; echo after')
    gw.step()
    expect(gw.now).toBe(2e6)
    expect(gw.drain()).toBe('after\n')
    expect(foreground(gw.os)).toBeNull()
  })

  test('&& and || wait, too', () => {
    const gw = host()
    expect(gw.type('sleep 1 && echo yes || echo no')).toBe('yes\n')
    expect(gw.type('sleep x || echo no')).toMatch(/invalid time interval ‘x’(.|\n)*no\n$/)
  })

  test('a later stage has each line as it comes, though a real grep would keep it', () => {
    const gw = host({ programs: [tick] })
    gw.begin('tick 3 | grep -v 2 | sed s/tick/tock/')
    gw.step()
    expect(gw.drain()).toBe('tock 1\n')
    gw.step()
    expect(gw.drain()).toBe('')
    gw.step()
    expect(gw.drain()).toBe('tock 3\n')
    expect(foreground(gw.os)).toBeNull()
  })

  test('a loop sends ten of something, one after the other', () => {
    const gw = host({ programs: [tick] })
    expect(gw.type('for i in $(seq 3); do tick 1 request-$i; done')).toBe(
      'request-1 1\nrequest-2 1\nrequest-3 1\n',
    )
    expect(gw.now).toBe(3e6)
  })

  test('a command substitution takes time', () => {
    const gw = host({ programs: [tick] })
    expect(gw.type('echo "<$(tick 2)>" $(tick 1 a | tr a-z A-Z)')).toBe('<tick 1\ntick 2> A 1\n')
    expect(gw.now).toBe(3e6)
  })

  test('a loop reads from a pipe while the writer goes on', () => {
    const gw = host({ programs: [tick] })
    expect(gw.type('tick 3 | while read word n; do echo "$n:$word"; sleep 5; done')).toBe(
      '1:tick\n2:tick\n3:tick\n',
    )
    expect(gw.now).toBe(16e6)
  })

  test('what is typed in the meantime waits for its turn', () => {
    const gw = host()
    gw.begin('sleep 1; echo first')
    gw.begin('echo second')
    expect(gw.drain()).toBe('')
    gw.step()
    expect(gw.drain()).toBe('first\nsecond\n')
  })
})

describe('pipes', () => {
  test('a reader that ends ends its writer, silently, with 141', () => {
    const gw = host({ programs: [fountain] })
    expect(gw.type('fountain | head -n 2')).toBe('line 1\nline 2\n')
    expect(gw.type('cat /tmp/fountain')).toBe('2\n')
    expect(gw.type('{ fountain; echo "status $?" >&2; } | head -n 1')).toBe('line 1\nstatus 141\n')
  })

  test('through several stages', () => {
    const gw = host({ programs: [fountain] })
    expect(gw.type('fountain | grep 5 | cat | head -n 1')).toBe('line 5\n')
    expect(gw.type('cat /tmp/fountain')).toBe('5\n')
  })

  test('a loop of builtins that nobody reads ends', () => {
    expect(host().type('while true; do echo y; done | head -n 1')).toBe('y\n')
  })

  test('the status is that of the last stage', () => {
    const gw = host()
    gw.type('false | true')
    expect(gw.os.login.status).toBe(0)
    gw.type('true | grep x')
    expect(gw.os.login.status).toBe(1)
  })

  test('nothing is left behind', () => {
    const gw = host({ programs: [fountain, tick] })
    for (const line of [
      'fountain | head -1',
      'tick 2 | cat',
      'echo $(tick 1)',
      'cat <<< x',
      'f() { cat; }; f < /tmp/fountain',
    ]) {
      gw.type(line)
      const { pipes, processes, shells, captures, jobs } = gw.os
      expect([pipes.size, processes.size, shells.size, captures.size, jobs.size]).toEqual([0, 0, 0, 0, 0])
    }
  })
})

describe('commands that run commands', () => {
  test('timeout ends what takes too long, with 124', () => {
    const gw = host({ programs: [tick] })
    expect(gw.type('timeout 2.5 tick 9; echo $?')).toBe('tick 1\ntick 2\n124\n')
    expect(gw.type('timeout 2.5 tick 1; echo $?')).toBe('tick 1\n0\n')
    expect(gw.type('timeout -s INT 1.5 tick 9 | tr a-z A-Z')).toBe('TICK 1\nINTERRUPTED\n')
    expect(gw.type("timeout 2 sh -c 'sleep 9 | cat; echo never'")).toBe('')
    expect([gw.os.pipes.size, gw.os.processes.size, gw.os.shells.size]).toEqual([0, 0, 0])
  })

  test('watch clears the screen and says again', () => {
    const gw = host({ proc: { '/proc/n': '1\n' } })
    const screen = (n: number) => `\x1bcEvery 1.0s: cat /proc/n${' '.repeat(54)}gw\n\n${n}\n`
    expect(gw.begin('watch -n1 cat /proc/n')).toBe(screen(1))
    run(gw.os, gw.ctx(), 'echo 2 > /proc/n')
    gw.step()
    expect(gw.drain()).toBe(screen(2))
    gw.interrupt()
    expect(foreground(gw.os)).toBeNull()
  })

  test('xargs makes words of lines', () => {
    const gw = host({ files: { '/root/a': 'A\n', '/root/b': 'B\n' } })
    expect(gw.type('ls | xargs cat')).toBe('A\nB\n')
    expect(gw.type('seq 5 | xargs -n2 echo :')).toBe(': 1 2\n: 3 4\n: 5\n')
    expect(gw.type('seq 2 | xargs -I{} echo "<{}>"')).toBe('<1>\n<2>\n')
    expect(gw.type('seq 2 | xargs -n1 false; echo $?')).toBe('123\n')
  })

  test('time tells how much lab time has passed', () => {
    expect(host().type('time sleep 61.5 | cat')).toBe('\nreal\t1m1.500s\nuser\t0m0.000s\nsys\t0m0.000s\n')
  })
})

describe('/proc', () => {
  const proc = { '/proc/sys/net/ipv4/ip_forward': '0\n' }

  test('echo sets a sysctl, and says what the kernel thinks of it', () => {
    const gw = host({ proc })
    expect(gw.type('echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward')).toBe('1\n')
    expect(gw.type('echo x > /proc/sys/net/ipv4/ip_forward')).toBe(
      'bash: echo: write error: Invalid argument\n',
    )
    expect(gw.type('echo 0 | tee /proc/sys/net/ipv4/ip_forward')).toBe('0\n')
    expect(gw.type('cat < /proc/sys/net/ipv4/ip_forward')).toBe('0\n')
  })

  test('what is not there cannot be written', () => {
    const gw = host({ proc })
    expect(gw.type('echo 1 > /proc/sys/net/foo')).toBe('bash: /proc/sys/net/foo: No such file or directory\n')
    expect(gw.type('echo 1 > /proc/sys/net')).toBe('bash: /proc/sys/net: Is a directory\n')
    expect(gw.type('ls /proc/sys/net/ipv4')).toBe('ip_forward\n')
    expect(gw.type('grep -r 0 /proc/sys')).toBe('/proc/sys/net/ipv4/ip_forward:0\n')
  })
})

describe('Ctrl-C', () => {
  test('ends what runs, with 130, and what was to follow', () => {
    const gw = host()
    gw.begin('sleep 10; echo never')
    expect(gw.interrupt()).toBe('')
    expect(foreground(gw.os)).toBeNull()
    expect(gw.type('echo $?')).toBe('130\n')
  })

  test('a program may end in its own way, but the line ends', () => {
    const gw = host({ programs: [tick] })
    gw.begin('while true; do tick 9; done; echo never')
    gw.step()
    expect(gw.interrupt()).toBe('tick 1\ninterrupted\n')
    expect(foreground(gw.os)).toBeNull()
    expect(gw.os.login.status).toBe(7)
  })

  test('all stages of a pipeline end', () => {
    const gw = host({ programs: [tick] })
    gw.begin('tick 9 | cat | while read x; do sleep 3; done')
    gw.step()
    gw.interrupt()
    expect(foreground(gw.os)).toBeNull()
    expect([gw.os.pipes.size, gw.os.processes.size, gw.os.shells.size]).toEqual([0, 0, 0])
  })

  test('forgets what was typed ahead; at the prompt it does nothing', () => {
    const gw = host()
    gw.begin('sleep 9')
    gw.begin('echo typed ahead')
    expect(gw.interrupt()).toBe('')
    expect(gw.interrupt()).toBe('')
    expect(gw.type('echo new')).toBe('new\n')
  })

  test('leaves what runs behind the terminal alone', () => {
    const gw = host({ programs: [tick] })
    gw.begin('tick 2 & sleep 9')
    gw.interrupt()
    expect(gw.type('wait')).toBe('tick 1\ntick 2\n[1]+  Done                    tick 2\n')
  })
})

describe('jobs', () => {
  test('& goes on behind the terminal', () => {
    const gw = host()
    expect(gw.begin('sleep 3 &')).toMatch(/^\[1\] \d+\n$/)
    expect(foreground(gw.os)).toBeNull()
    expect(gw.type('jobs')).toBe('[1]+  Running                 sleep 3 &\n')
    gw.step()
    expect(gw.type('echo now')).toBe('now\n[1]+  Done                    sleep 3\n')
  })

  test('jobs -p names the processes, so that a line can end all of them', () => {
    const gw = host({ programs: [tick] })
    const pids = ['sleep 30 &', 'sleep 31 &'].map((line) => /\d{2,}/.exec(gw.begin(line))?.[0])
    expect(gw.type('jobs -p')).toBe(`${pids.join('\n')}\n`)
    expect(gw.type('jobs -p %2')).toBe(`${pids[1]}\n`)
    expect(gw.type('jobs -l')).toBe(
      `[1]- ${pids[0]} Running                 sleep 30 &\n[2]+ ${pids[1]} Running                 sleep 31 &\n`,
    )
    expect(gw.type('kill -INT $(jobs -p); jobs -p; jobs -r; jobs')).toBe(
      `${pids.join('\n')}\n[1]-  Interrupt               sleep 30\n[2]+  Interrupt               sleep 31\n`,
    )
    expect(gw.type('jobs %5')).toBe('bash: jobs: %5: no such job\n')
    expect(gw.type('jobs -z')).toBe(
      'bash: jobs: -z: invalid option\njobs: usage: jobs [-lnprs] [jobspec ...] or jobs -x command [args]\n',
    )
  })

  test('kill ends one, fg waits for it', () => {
    const gw = host({ programs: [tick] })
    gw.begin('sleep 30 &')
    expect(gw.type('kill %1; jobs')).toBe('[1]+  Terminated              sleep 30\n')
    gw.begin('tick 1 x &')
    expect(gw.type('fg')).toBe('tick 1 x\nx 1\n')
    expect(gw.type('fg')).toBe('bash: fg: current: no such job\n')
  })
})

describe('limits', () => {
  test.each([
    'while true; do :; done',
    'yes | wc -l',
    "awk 'BEGIN { while (1) i++ }'",
    'f() { f | f; }; f',
    'x=a; while true; do x=$x$x; done',
    'yes > /tmp/y',
    'echo $(yes)',
    'while true; do echo $(echo a | cat); done > /dev/null',
    'cat /tmp/y | sed ":a;s/x/xx/;ta" <<< x',
  ])('%s is stopped, and the shell goes on', (line) => {
    const gw = host({ fuel: 200_000 })
    expect(gw.type(line)).toMatch(/bash: (stopped: .*|fork: Resource temporarily unavailable)\n$/)
    expect(gw.type('echo $?')).toBe('137\n')
    const { pipes, processes, shells } = gw.os
    expect([pipes.size, processes.size, shells.size]).toEqual([0, 0, 0])
  })

  test('a loop that lets time pass is not', () => {
    const gw = host({ fuel: 1000 })
    gw.begin('while true; do echo x; sleep 1; done')
    for (let i = 0; i < 500; i++) gw.step()
    expect(foreground(gw.os)).not.toBeNull()
    expect(gw.drain()).toBe('x\n'.repeat(500))
  })

  test('a function that calls itself for ever', () => {
    expect(host().type('f() { f; }; f; echo after')).toBe(
      'bash: f: maximum function nesting level exceeded\n',
    )
  })

  test.each(['(', '{ ', 'if ', 'echo $(', 'echo "$(', 'echo $((', 'x=${y:-', '! '])(
    'ten thousand of %s',
    (opening) => {
      expect(host().type(opening.repeat(10_000)).slice(0, 100)).toMatch(/^bash: /)
    },
  )
})

describe('run()', () => {
  test('gives status, stdout and stderr, and shows nothing on the terminal', () => {
    const gw = host({ files: { '/root/f': 'a\n' } })
    expect(run(gw.os, gw.ctx(), 'cat f nofile; exit 3')).toEqual({
      status: 3,
      stdout: 'a\n',
      stderr: 'cat: nofile: No such file or directory\n',
    })
    expect(run(gw.os, gw.ctx(), 'test $(cat f) = a')).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(run(gw.os, gw.ctx(), 'echo "')).toMatchObject({ status: 2 })
    expect(gw.drain()).toBe('')
  })

  test('beside what runs in the terminal', () => {
    const gw = host()
    gw.begin('sleep 5')
    expect(run(gw.os, gw.ctx(), 'echo beside')).toMatchObject({ stdout: 'beside\n' })
    expect(foreground(gw.os)).not.toBeNull()
  })

  test('says when it takes time', () => {
    const gw = host()
    const job = execCaptured(gw.os, gw.ctx(), 'sleep 1; echo done')
    expect(runResult(gw.os, job)).toBe('running')
    gw.step()
    expect(runResult(gw.os, job)).toMatchObject({ status: 0, stdout: 'done\n' })
  })
})

describe('the shell itself', () => {
  test('keeps variables, directory and status from line to line', () => {
    const gw = host({ files: { '/etc/hosts': '' } })
    gw.type('X=1; cd /etc; false')
    expect(gw.type('echo $? $X $PWD; ls; cd -')).toBe('1 1 /etc\nhosts\n/root\n')
  })

  test('has a history', () => {
    const gw = host()
    gw.type('echo a')
    gw.type('  ')
    expect(gw.type('history')).toBe('    1  echo a\n    2  history\n')
  })

  test('exit leaves it as it is', () => {
    const gw = host()
    expect(gw.type('exit 3; echo never')).toBe('exit\n')
    expect(gw.type('echo $?')).toBe('3\n')
  })

  test('programs are found in their directories, and with sudo', () => {
    const gw = host({ programs: [conntrack([''])] })
    expect(gw.type('/usr/bin/seq 1; /bin/echo a; sudo echo b; sudo -u root echo c')).toBe('1\na\nb\nc\n')
    expect(gw.type('which conntrack; type cd')).toBe('/usr/sbin/conntrack\ncd is a shell builtin\n')
  })

  test('clear asks the terminal to', () => {
    expect(host().type('clear')).toBe('\x1bc')
  })
})

describe('Tab', () => {
  const gw = host({
    files: { '/etc/sysctl.conf': '', '/etc/hosts': '', '/root/rules': '' },
    programs: [{ ...conntrack(['']), complete: (_words, index) => (index === 1 ? ['-L', '-E', '-S'] : []) }],
  })
  const at = (line: string) => complete(gw.os, gw.ctx(), line, line.length)

  test('names programs and builtins where a command begins', () => {
    expect(at('conn')).toEqual({ from: 0, words: ['conntrack'] })
    expect(at('cat x | se')).toEqual({ from: 8, words: ['sed', 'seq', 'set'] })
    expect(at('echo $(hea').words).toEqual(['head'])
    expect(at('exp').words).toEqual(['export'])
  })

  test('names files elsewhere, a directory with its slash', () => {
    expect(at('cat /etc/s')).toEqual({ from: 4, words: ['/etc/sysctl.conf'] })
    expect(at('cat /e').words).toEqual(['/etc/'])
    expect(at('cat r').words).toEqual(['rules'])
    expect(at('echo a > ru').words).toEqual(['rules'])
  })

  test('asks the program', () => {
    expect(at('conntrack -').words).toEqual(['-E', '-L', '-S'])
  })
})
