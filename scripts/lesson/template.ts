/** What a new lesson begins with: one step of each kind, in a lab that is there, and right as it stands. */
export function template(name: string): Record<'lesson.ts' | 'en.md' | 'zh.md', string> {
  return {
    'lesson.ts': `import { defineLesson } from '../../src/lesson/lesson.ts'

export default defineLesson({
  id: '${name}',
  lab: 'gateway',
  steps: [
    {
      id: 'look',
      show: 'gateway',
      find: { on: 'gateway', line: 'sysctl -n net.ipv4.ip_forward' },
    },
    {
      id: 'forward',
      show: 'gateway',
      goal: {
        check: { on: 'gateway', line: 'test $(sysctl -n net.ipv4.ip_forward) = 1' },
        solution: [{ on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' }],
        par: 1,
      },
    },
  ],
})
`,
    'en.md': `# What the lesson is called

What it is about, in a sentence or two.

## The first step {#look}

What there is to see, and a command that can be typed by a click:

\`\`\`console on gateway
sysctl net.ipv4.ip_forward
\`\`\`

### What is the value now? {#find}

A number.

## The second step {#forward}

[Routing](#at=route_in) decides whether a packet is passed on; more about it: [ip_forward](#glossary=ip-forward).

### Turn on forwarding {#goal}

The gateway shall pass on packets of others.

### Which command {#hint}

\`sysctl -w NAME=VALUE\`

### What to see now {#done}

It is \`=gateway# sysctl -n net.ipv4.ip_forward\` now.
`,
    'zh.md': `# 这一课叫什么

用一两句话说说它讲什么。

## 第一步 {#look}

能看到什么；下面的命令点一下就能输入：

\`\`\`console on gateway
sysctl net.ipv4.ip_forward
\`\`\`

### 现在的值是多少？ {#find}

一个数字。

## 第二步 {#forward}

[路由判断](#at=route_in)决定是否转发这个包；参见术语 [ip_forward](#glossary=ip-forward)。

### 开启转发 {#goal}

让网关转发别人的包。

### 用哪条命令 {#hint}

\`sysctl -w NAME=VALUE\`

### 现在能看到什么 {#done}

现在的值是 \`=gateway# sysctl -n net.ipv4.ip_forward\`。
`,
  }
}
