import type { sandbox as en } from '../en/sandbox.ts'

export const sandbox = {
  title: '实验台',
  words: '这里什么都可以做：在终端里输入命令，拧旋钮，或者从一条建议开始。每条建议就是它列出的那几条命令。',
  period: {
    title: '时期',
    modern: { name: '今天', words: 'Linux 6.18、iptables 1.8.9、conntrack 1.4.7' },
    article: { name: '文章当时', words: 'Ubuntu 18.04：Linux 4.15、iptables 1.6.1、conntrack 1.4.4' },
    differ: '有哪些不同，出处在哪里',
    anew: '换一个时期，实验会重新开始。',
    begun: (p: { name: string }) => `实验已经重新开始：“${p.name}”。`,
  },
  tryTitle: '试一试',
  tries: {
    snat: { name: '让内网出去', words: '开启转发和 MASQUERADE，然后取一个网页。' },
    look: { name: '看看规则和记录', words: 'nat 表和连接跟踪里有什么。' },
    dnat: { name: '让外面进来', words: 'DNAT：访问公网 IP 的人会到达里面的一台主机。' },
    fill: { name: '装满跟踪表', words: '只容得下五个连接，却要建立十个。' },
    log: { name: '听听内核怎么说', words: '内核日志，以及全部 conntrack 参数。' },
    wall: { name: '关上大门', words: 'FORWARD 的默认策略改为 DROP。' },
    base: { name: '不用 NAT 先测一次', words: 'nginx 使用主机网络，十万个请求，并发五千。' },
    nat: { name: '同样的测试，经过 NAT', words: 'nginx 在映射的端口后面。看跟踪表装满，ab 放弃。' },
    cause: { name: '寻找原因', words: '内核说了什么，conntrack 的参数是多少，丢了多少包。' },
    cure: { name: '腾出空间', words: '把表扩大到 131072 个连接，再发同样的请求。' },
    later: {
      name: '治好了，二十秒后又满了',
      words:
        'nginx 已在端口后面、表能放 131,072 条时：客户端从一个变成二十个，各用各的地址。一个客户端需要的，表放得下；二十个客户端两分钟内需要的，就放不下了。',
    },
    inside: { name: '看看表里面', words: '连接都处于什么状态，来自哪里。' },
    stateless: {
      name: '不用连接跟踪表',
      words:
        'nginx 已在端口后面时：tc 在网卡处换地址，raw 表让这些连接不被跟踪。同样的请求，一条记录也没有。',
    },
  },
  dockerNote:
    '与文章不同的地方：文章里 -n 10000 -s 30 以每秒 76 个请求慢慢爬完；这里和录制用的机器一样，ab 会放弃。从 Linux 6.5 起，SYN 在第 1、2、3、4、5、7、11、19、35、67 秒重发，最后两次之间没有任何事情发生，间隔超过了 ab 的等待时间。选择文章的 Linux（见“时期”）时，模型也会慢慢爬完，每秒一百来个请求，最长等待 65 秒，与文章一样：当时的回收程序每秒八次，每次在一千个条目里腾出八个左右。用 -s 2 时文章里的 ab 放弃了，模型里的会继续。如今的 ab 要等第一个连接成功，才会打开其余的连接：如果刚把表填满就接着再跑一次，它只会反复发送同一个 SYN，dropwatch 也只数到几个丢包。等两分钟，或者执行 conntrack -F，5000 个连接才会一起到来。CPU 的速度设成让 ab 在不用 NAT 时达到文章的每秒 6576 个请求，其余都由模型得出。',
  carry: { title: '这个实验，和你的', take: '带走', bring: '带来自己的', ask: '提问' },
  again: '重新开始',
  sure: '那样这里做过的一切都会消失。',
  no: '不',
  undo: '撤销',
  redo: '重做',
  resume: '从上次的地方继续',
} satisfies typeof en
