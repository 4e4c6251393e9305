import type { lesson as en } from '../en/lesson.ts'

export const lesson = {
  loading: '正在打开课程……',
  failed: '课程加载失败。',
} satisfies typeof en
