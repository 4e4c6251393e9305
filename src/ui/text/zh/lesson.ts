import type { lesson as en } from '../en/lesson.ts'

export const lesson = {
  steps: '课程的步骤',
  step: (p: { n: number; of: number; done: boolean }) =>
    `第 ${p.n} 步，共 ${p.of} 步${p.done ? '，已完成' : ''}`,
  yourTurn: '轮到你了',
  right: '（正确）',
  wrong: '（不对）',
  reached: '已达到：实验环境做到了。',
  looking: '正在检查……',
  notYet: '每条命令之后都会检查。',
  guessFirst: '先猜一猜，再动手看。',
  hint: (p: { n: number; of: number }) => `提示 ${p.n}/${p.of}`,
  showMe: '演示给我看',
  next: '下一步',
  skip: '跳过',
  back: '上一步',
  sandbox: '去实验台',
  on: (p: { host: string }) => `在 ${p.host} 上`,
  typeIt: '输入它',
  typeLine: (p: { line: string; host: string }) => `在 ${p.host} 上输入“${p.line}”`,
  loading: '正在打开课程……',
  failed: '课程加载失败。',
} satisfies typeof en
