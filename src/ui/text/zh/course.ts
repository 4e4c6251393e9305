import type { course as en } from '../en/course.ts'

export const course = {
  /** The frame of a lesson. Its own words are in lessons/NAME/zh.md. */
  lesson: {
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
  },
  check: '检查',
  found: (p: { text: string }) => `✓ ${p.text}，正是它。`,
  notFound: (p: { text: string }) => `✗ 实验环境里的答案不是“${p.text}”。`,
  all: '全部课程',
  title: '课程',
  words:
    '从“为什么需要 NAT”到“为什么是 14,116”：先把文章里的故事亲手做一遍，再看实践中会出什么问题。从哪一课开始都可以，每一课都自成一体。',
  here: '正在学习',
  steps: (p: { done: number; of: number }) => `${p.done} / ${p.of}`,
  done: '已完成',
  nextLesson: (p: { title: string }) => `下一课：${p.title}`,
  back: '回到课程',
  par: (p: { used: number; par: number }) =>
    p.used <= p.par
      ? `用了 ${p.used} 条命令，不能更少了。`
      : `你用了 ${p.used} 条命令，其实 ${p.par} 条就够。`,
  glossary: '术语表',
  unknownTerm: (p: { term: string }) => `术语表里没有“${p.term}”。`,
  close: '关闭',
  noMoment: {
    first: '这个实验里还什么都没发生。',
    last: '这个实验里还什么都没发生。',
    drop: '还没有丢过包。',
    rewrite: '还没有改写过任何包。',
  },
  keep: '学习进度',
  kept: '只保存在这个浏览器里。',
  notKept: '这个页面在这里不能保存任何东西：想以后接着学，请复制进度码。',
  code: '进度码',
  codeWords: '这段代码就是你的进度，粘贴到另一台机器上就能接着学。',
  take: '使用这个进度码',
  badCode: '这不是进度码，什么都没有改动。',
  taken: '已导入。',
  save: '保存为文件',
  load: '从文件导入',
  forget: '清除全部进度',
  forgetSure: '确定清除全部进度',
  certificate: '结业证书',
  certificateWords: (p: { lessons: number; steps: number }) =>
    `完成了 Linux NAT 与连接跟踪课程中的 ${p.lessons} 课、${p.steps} 个步骤：`,
  certificateName: '你的姓名',
  certificateNone: '先学完一课，才有证书。',
  print: '打印',
} satisfies typeof en
