import type { notices as en } from '../en/notices.ts'

export const notices = {
  address: {
    long: '地址太长，按默认方式打开。',
    unknown: (p: { name: string; value: string }) => `地址里的“${p.name}”本页不认识。`,
    bad: (p: { name: string; value: string }) => `“${p.value}”不能用作“${p.name}”，已当作没有写。`,
    unused: (p: { name: string; value: string }) => `“${p.name}=${p.value}”没有用上：课程自带实验环境。`,
    clamped: (p: { name: string; value: string; used: string }) =>
      `“${p.name}=${p.value}”超出范围，改用 ${p.used}。`,
  },
  mainThread: '这里无法启动 Worker，模拟器直接在页面中运行。',
  failures: {
    'unknown-lab': (p: { detail: string }) => `没有名为“${p.detail}”的实验环境。`,
    'unknown-host': (p: { detail: string }) => `没有名为“${p.detail}”的主机。`,
    'bad-request': (p: { detail: string }) => `模拟器无法完成这个请求：${p.detail}`,
    internal: (p: { detail: string }) => `模拟器自身出错：${p.detail}`,
  },
} satisfies typeof en
