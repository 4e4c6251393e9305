import type { framed as en } from '../en/framed.ts'

export const framed = {
  start: '启动实验',
  failed: '实验在这里没有启动，可以单独打开：',
  sandbox: 'Linux NAT，逐包观察',
  sandboxAbout: '几台主机、一个网关，各有终端：输入 iptables 命令，看包如何穿过规则。',
} satisfies typeof en
