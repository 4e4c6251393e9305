import { expect, test } from 'vitest'
import { bootLab } from '../../src/lab/lab.ts'
import { gateway } from '../../src/lab/labs/gateway.ts'
import { programs } from '../../src/userspace/programs.ts'

const lab = bootLab(gateway, 1)

function type(line: string): string {
  const result = lab.result(0, lab.execCaptured(0, line))
  if (result === 'running') throw new Error(`waits: ${line}`)
  return `${result.stdout}${result.stderr}rc=${result.status}`
}

test('help names every program, in lines of at most 80 columns and in groups', () => {
  const text = type('help')
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  for (const title of ['Netfilter', 'Network', 'Files and text', 'Shell', 'Shell builtins'])
    expect(text).toContain(`\n${title}\n`)
  for (const name of ['iptables', 'conntrack', 'ping', 'curl', 'awk', 'cd', 'export'])
    expect(text).toMatch(new RegExp(`^ +(.* )?${name}\\b`, 'm'))
  expect(text).not.toContain('\nOther\n')
  expect(text).not.toContain('nft')
})

test('help NAME shows the usage of a program or a builtin', () => {
  expect(type('help ping')).toBe(`ping: ${programs.get('ping')?.usage ?? ''}\nrc=0`)
  expect(type('help cd')).toBe('cd: cd [dir]\nrc=0')
  expect(type('help cd pwd')).toBe('cd: cd [dir]\npwd: pwd\nrc=0')
  expect(type('help nosuch')).toMatch(/^bash: help: no help topics match `nosuch'\. .*\nrc=1$/)
})

test('man says where help is', () => {
  expect(type('man ping')).toBe("man: this lab has no manual pages; `help ping' shows the usage.\nrc=1")
  expect(type('man nosuch')).toBe('No manual entry for nosuch\nrc=16')
})

test('uname and hostname say what the host is', () => {
  expect(type('uname')).toBe('Linux\nrc=0')
  expect(type('uname -srm')).toBe('Linux 6.18.44 x86_64\nrc=0')
  expect(type('uname -a')).toBe('Linux pc1 6.18.44 #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\nrc=0')
  expect(type('uname -n; hostname; hostname -I')).toBe('pc1\npc1\n192.168.0.2 \nrc=0')
  expect(type('uname foo')).toContain('uname: extra operand ‘foo’\n')
})

test('the programs that are not there say so', () => {
  for (const name of ['ip6tables', 'ip6tables-save', 'ebtables', 'arptables', 'nft'])
    expect(type(`${name} -L`)).toBe(`${name}: not modelled in this lab: IPv4 iptables only\nrc=1`)
})

test('an editor, a pager, dropwatch and the like say what does the same here', () => {
  expect(type('nano /etc/sysctl.conf')).toBe(
    "nano: not in this lab: there is no editor; write a file with cat: cat >FILE <<'END', change it with sed -i\nrc=1",
  )
  expect(type('dropwatch -l kas')).toMatch(/^dropwatch: not in this lab: .*stap --all-modules dropwatch\.stp/)
  for (const name of 'vi vim less more top htop ps free wget vmstat sar uptime lsmod nmap systemctl'.split(
    ' ',
  ))
    expect(type(`${name} -h`)).toMatch(new RegExp(`^${name}: not in this lab: .*\nrc=1$`))
  expect(type('help')).not.toMatch(/\b(nano|dropwatch)\b/)
})
