import type { file as en } from '../en/file.ts'

export const file: typeof en = {
  cannotOpen:
    'Netfilter Lab 打不开。可能是这个文件不完整，请重新获取；也可能是浏览器太旧：Chrome 和 Edge 从 103 版起可以打开，Firefox 从 113 版起，Safari 从 16.4 版起。',
}
