import type { portable as en } from '../en/portable.ts'

export const portable: typeof en = {
  notKept: '这里不会保存学习进度。',
  preview: '这是预览，在这里做的不会保存。放进你的页面之后，只要页面和读者的浏览器允许，学习进度就会保存。',
  code: '带走进度',
  codeWords:
    '这个页面不能存储任何内容，关闭后进度就没有了。请复制这段代码，在任何带有本课程的页面上打开“全部课程”里的“学习进度”填入。',
  close: '关闭',
  title: '整个实验室，一个文件',
  words: '课程、实验台和两种语言都在一个 HTML 文件里，不用联网，从硬盘或 U 盘就能打开。',
  link: 'netfilter-lab.html',
}
