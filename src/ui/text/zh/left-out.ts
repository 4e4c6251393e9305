/**
 * What the docstrings of src/kernel and src/userspace say is left out, in Chinese. The English is the docstring's own
 * (build/card/source.ts reads it); a line that is not here fails test/build/card.test.ts.
 */
export const leftOut: Readonly<Record<string, string>> = {
  'TCP, TLS and HTTPS, several questions in a line, +trace, DNSSEC, files of options':
    'TCP、TLS 与 HTTPS、一行多个问题、+trace、DNSSEC、选项文件',
  'TCP, caching, DHCP, names of addresses (PTR)': 'TCP、缓存、DHCP、地址的反向名字（PTR）',
  'sections other than question, answer and EDNS, records other than A':
    '问题、回答与 EDNS 以外的部分，A 以外的记录',
  'more threads than one (their sockets are there), TCP, TLS and HTTPS, EDNS, updates':
    '多个线程（它们的套接字都在）、TCP、TLS 与 HTTPS、EDNS、更新',
  'IP headers that are cut short or have a wrong checksum': '被截短的或校验和错误的 IP 首部',
  'IP options, multicast routing': 'IP 选项、多播路由',
  'actions other than nat and gact, what leaves by lo, frames other than IPv4 (they are not packets here, so nothing counts them)':
    'nat 与 gact 以外的动作、从 lo 发出的包、IPv4 以外的帧（这里没有这样的包，也就无人计数）',
  'classes, chains, monitor, -batch, -json, -details, colours':
    '类、链、monitor、-batch、-json、-details、颜色',
  'disciplines that queue, shared blocks, chains other than 0, classifiers other than u32':
    '真正排队的队列规则、共享块、0 以外的链、u32 以外的分类器',
  'ip6, mark, link, ht, hashkey, sample, divisor, offset, police, skip_hw':
    'ip6、mark、link、ht、hashkey、sample、divisor、offset、police、skip_hw',
  'links between tables, offsets that the packet itself gives, marks, bytes before the IP header and in payloads':
    '表之间的链接、由包自己给出的偏移、标记、IP 首部之前与载荷中的字节',
  'other qdiscs that queue: `noqueue` is what devices have, as veth pairs and bridges do':
    '其他真正排队的队列规则：设备用的是 `noqueue`，与 veth 对和网桥一样',
  'that a sender of this host is told of a full queue (ENOBUFS), that tcpdump at the card hears a frame only when it leaves the queue (here it hears it when it enters), correlation, loss models, distributions, duplicates, corruption, reordering, rates, slots, waiting at lo and at bridges':
    '本机发送方得知队列已满（ENOBUFS）；网卡上的 tcpdump 在帧离开队列时才看到它（这里是进入队列时）；相关性、丢包模型、分布、重复、损坏、乱序、速率、时隙，以及在 lo 和网桥上的等待',
  'the checksum in the IP header that an ICMP error quotes, which Linux does not correct either':
    'ICMP 错误所引用的 IP 首部里的校验和：Linux 也不修正它',
  'lifetimes of addresses, neighbours that age (links know their ends)':
    '地址的有效期、会老化的邻居（链路认得自己的两端）',
  "SELinux, the bridge's own hooks (a bridged frame takes the IPv4 ones, as br_netfilter has it), ingress and egress hooks":
    'SELinux、网桥自己的钩子（桥接的帧走 IPv4 的钩子，如 br_netfilter 所为）、ingress 与 egress 钩子',
  "the kernel's hash and its random key (any flow may go another way there), fields of fib_multipath_hash_fields, fib_multipath_use_neigh":
    '内核的哈希及其随机密钥（那里的任何流都可能走另一条路），fib_multipath_hash_fields 的字段，fib_multipath_use_neigh',
  'users, realms and tunnels in rules': '规则中的用户、realm 与隧道',
  "of a path's metrics all but MTU and advmss are kept, and not heeded":
    '路径度量中除 MTU 与 advmss 外，只保存而不起作用',
  "cards of a lab's wires cannot be taken away; moving a device to another namespace":
    '实验线路上的网卡不能删除；把设备移到另一个命名空间',
  "route caches, exceptions other than a path's own MTU": '路由缓存，路径自身 MTU 以外的例外',
  'the ARP packets themselves (a link answers at once for the hosts on it), ageing, proxies, gratuitous ARP':
    'ARP 包本身（链路立即替其上的主机应答）、老化、代理、免费 ARP',
  'IP options, the limits of memory and of distance between fragments, ECN':
    'IP 选项、内存上限、分片间距上限、ECN',
  'spanning tree, VLANs, multicast snooping, ebtables, frames other than IPv4':
    '生成树、VLAN、多播侦听、ebtables、IPv4 以外的帧',
  'rarer protocols and services, which can be written as numbers and are printed as numbers':
    '少见的协议与服务名：可以写成数字，也打印成数字',
  'exactness above 2^53': '大于 2^53 的精确值',
  'sizes and offsets of the blob, 32-bit callers': '规则块的大小与偏移、32 位调用者',
  'the limit of the jump stack (a table with a loop is refused when it is loaded)':
    '跳转栈的上限（有循环的表在装入时即被拒绝）',
  'types and options of packets': '包的类型与选项',
  'other users than root': 'root 以外的用户',
  'transparent sockets (no program has one), marks of sockets': '透明套接字（没有程序使用）、套接字标记',
  IP_MULTICAST_LOOP: 'IP_MULTICAST_LOOP',
  'the index in the packet, which counts as 0': '包中的索引，一律当作 0',
  'the file in /sys': '/sys 中的文件',
  'levels in the log': '日志级别',
  'programs that listen to a queue': '监听队列的程序',
  'transparent sockets': '透明套接字',
  'the warning in listings where there is no file of names; an event of their own: it counts as one of a connection that became assured, and as none where CT --ctevents chooses, which does not know it':
    '没有名字文件时列表中的警告；标签自己的事件：这里算作连接变为 ASSURED 的事件；CT --ctevents 不认识它，所以在用它选择事件的地方不算事件',
  'a UDP datagram without a checksum, GRE with one': '没有校验和的 UDP 数据报，带校验和的 GRE',
  'what the index is': '索引的含义',
  'nfacct(8)': 'nfacct(8)',
  'nfnl_osf(8)': 'nfnl_osf(8)',
  IPsec: 'IPsec',
  "the SPI of IPsec's headers": 'IPsec 首部的 SPI',
  'NF_NAT_RANGE_NETMAP, which only nft sets': 'NF_NAT_RANGE_NETMAP，只有 nft 会设置它',
  'that it may be put off, as no sleeping CPU is woken for it (INIT_DEFERRABLE_WORK)':
    '它可以推迟，不会为它叫醒正在休眠的 CPU（INIT_DEFERRABLE_WORK）',
  'that its options are read first, so that a mistake there comes before':
    '先读它的选项，因此那里的错误会先报出来',
  "levels, IP options, other users than root, VLAN tags, the SPI of IPsec's headers (it counts as 0)":
    '级别、IP 选项、root 以外的用户、VLAN 标签、IPsec 首部的 SPI（当作 0）',
  'helpers, synproxy, sequence adjustment, a master': 'helper、synproxy、序号平移、主连接',
  'RCU, locks, lookup restarts; two packets of one flow that are under way at once, and what resolves their clash':
    'RCU、锁、重新查找；同一条流的两个数据包同时在途，以及冲突的化解',
  'SACK blocks': 'SACK 块',
  'SACK blocks; what of an ICMP message is spoilt that is taken for a segment':
    'SACK 块；被当作报文段的 ICMP 消息中被改坏的部分',
  'the keys of PPTP, by which its helper tells GRE flows of two hosts apart (they are 0, as without the helper)':
    'PPTP 的密钥，其 helper 用它区分两台主机之间的 GRE 流（这里为 0，与没有 helper 时一样）',
  'associations between more than two addresses': '两个以上地址之间的偶联',
  'more than four chunks in one packet, what they carry': '一个包中多于四个的块、块的内容',
  'IPv6, the module option `loose`': 'IPv6、模块选项 `loose`',
  'helpers in userspace, `nfct default-set`, IPv6': '用户空间的 helper、`nfct default-set`、IPv6',
  'the limit of 10 ms for one run (a run here takes no lab time), DYING entries of other CPUs':
    '每轮 10 毫秒的上限（这里一轮不占实验时间）、其他 CPU 的 DYING 记录',
  'locking and RCU, per-CPU lists': '锁与 RCU、每 CPU 的链表',
  "the keys of PPTP's GRE": 'PPTP 的 GRE 密钥',
  'congestion control, SACK, segments that overlap, urgent data': '拥塞控制、SACK、重叠的段、紧急数据',
  'what was learnt from connections before this one (tcp_metrics)':
    '从先前的连接得知的往返时间（tcp_metrics）',
  'that a FIN which acknowledges that of a socket without owner goes with the socket (QUEUE_PURGE)':
    '确认了无主套接字 FIN 的那个 FIN 随套接字一起被丢弃（QUEUE_PURGE）',
  'what a probe tells about congestion': '丢失探测所说明的拥塞情况',
  'F-RTO, and what selective acknowledgements say': 'F-RTO、选择性确认的内容',
  'an acknowledgement that was overtaken and says nothing new, which is taken':
    '迟到而不带新内容的确认（内核会接受它）',
  'TCP Fast Open, deferred accept, fewer repetitions while half of the queue is full':
    'TCP Fast Open、延迟 accept、队列半满时减少重发',
  "the offset that is keyed by the ends (the search begins at the namespace's own), net.ipv4.ip_local_reserved_ports":
    '由两端决定的偏移（这里从命名空间自己的偏移开始找）、net.ipv4.ip_local_reserved_ports',
  'other types, IPv6, growing of the hash table': '其他类型、IPv6、哈希表的扩大',
  'security contexts': '安全上下文',
  'lifetimes, IPv6, save and restore': '有效期、IPv6、保存与恢复',
  'states that a program sets (other than permanent), states by age (STALE, DELAY, PROBE), proxies':
    '由程序设置的状态（permanent 除外）、随时间变化的状态（STALE、DELAY、PROBE）、代理',
  'IPv6, encapsulations, scopes that have no name here': 'IPv6、封装、这里没有名字的作用域',
  'what timers of a bridge have left: they are 0': '网桥各定时器的剩余时间：均显示为 0',
  "making namespaces: a lab's hosts are what it begins with": '建立命名空间：实验的主机一开始就定好了',
  'modes, times, what asks before it does something': '权限、时间、动作之前的询问',
  'uidrange, realms, l3mdev, save and restore': 'uidrange、realm、l3mdev、保存与恢复',
  'costs, priorities and states of spanning tree, the other flags of a port, entries that a person adds, groups that a card listens to, vlan, mdb, monitor':
    '生成树的开销、优先级与状态，端口的其他标志，人工添加的条目，网卡监听的组，vlan、mdb、monitor',
  'IP options, VLANs, IPv6, and the many protocols above UDP but DNS':
    'IP 选项、VLAN、IPv6，以及 UDP 之上除 DNS 外的众多协议',
  'events of expectations': '期望的事件',
  'flags, classes, NAT': '标志、类别、NAT',
  'priority and queue, which no device here looks at': '优先级和队列，这里没有设备会看它们',
  'every protocol but http, redirects, authentication, uploads, parallel transfers, patterns in URLs':
    'http 以外的协议、重定向、认证、上传、并行传输、URL 中的模式',
  "levels and facilities (the lab's kernel keeps none: -l -f -x -r -J), -e -H -F --since --until; console levels are checked and have no effect. -w looks once a second":
    '级别与设施（实验里的内核不保存：-l -f -x -r -J）、-e -H -F --since --until；控制台级别只检查，不起作用。-w 每秒看一次',
  'the other objects, -batch, colours': '其他对象、-batch、颜色',
  'making other devices, deleting cards (a lab has its wires), other namespaces, everything else of `set`':
    '建立其他设备、删除网卡（实验有固定的线路）、其他命名空间、`set` 的其余部分',
  'other types than three, resolving of names in listings': '三种以外的类型、列表中的名字解析',
  'buckets that are shared, growing': '多个元素共用的桶、以及扩大',
  'the help of extensions': '扩展的帮助',
  'buffers that grow with what is read, by whom memory is short': '随读取而增大的缓冲区、内存不足时谁受影响',
  'IPv6, -A -F -l -N -R -T and source routes, fragments (a probe longer than the MTU travels whole). An interval below 10 ms is 10 ms':
    'IPv6、-A -F -l -N -R -T 与源路由、分片（比 MTU 长的探测包整个发送）。小于 10 毫秒的间隔按 10 毫秒',
  '64-bit wrap-around (numbers are exact up to 2^53), number bases beyond 36, arrays':
    '64 位回绕（数到 2^53 为止精确）、36 以上的进制、数组',
  'command substitutions in `((..))`': '`((..))` 中的命令替换',
  'stderr; --since, --until, --details': 'stderr；--since、--until、--details',
  'all but the last thousand lines of each worker': '每个 worker 只保留最后一千行',
  'stopping and continuing (Ctrl-Z, `bg`)': '暂停与继续（Ctrl-Z、`bg`）',
  '`[[ ]]`, `select`, `coproc`, aliases, arrays, descriptors other than 0, 1 and 2':
    '`[[ ]]`、`select`、`coproc`、别名、数组、0、1、2 以外的描述符',
  'watch -d, -g': 'watch -d、-g',
  'timeout -k, --foreground': 'timeout -k、--foreground',
  '-v, %q, %(fmt)T, %n': '-v、%q、%(fmt)T、%n',
  '-a, -d, -n, -t, -u; a backslash does not keep a blank from separating words':
    '-a、-d、-n、-t、-u；反斜杠不能阻止空格分词',
  "comparisons of file times, -t, and owners' rights (every file can be read and written)":
    '文件时间的比较、-t、属主权限（每个文件都可读写）',
  '`local` variables end with their function (they stay)': '`local` 变量随函数结束（这里会留下）',
  'arrays, `<(...)`, `${x/a/b}`, `${x:1:2}`, `${!x}`': '数组、`<(...)`、`${x/a/b}`、`${x:1:2}`、`${!x}`',
  'the daemon that averages over time (-d, -t), the counters of IPv6':
    '按时间平均的守护进程（-d、-t）、IPv6 计数器',
  '--system (this system has /etc/sysctl.conf only), sysctls that the lab does not simulate':
    '--system（这个系统只有 /etc/sysctl.conf）、实验没有模拟的 sysctl',
  'the records of answers': '应答中的记录',
  'VLAN, MPLS, IPv6, gateway, names of hosts and networks that /etc/hosts does not have':
    'VLAN、MPLS、IPv6、gateway、/etc/hosts 里没有的主机名与网络名',
  "files (-w, -r, -F), names for addresses (always as with -n but for the lab's hosts), other link types":
    '文件（-w、-r、-F）、地址的名字（除实验里的主机外一律如同 -n）、其他链路类型',
  "commands (`| getline`, `print |`, system), ENVIRON (it is empty), mawk's time functions, -W":
    '命令（`| getline`、`print |`、system）、ENVIRON（为空）、mawk 的时间函数、-W',
  "system() and all else that starts commands, and mawk's time functions":
    'system() 及其他启动命令的功能、mawk 的时间函数',
  'bytes above 127, which are text here': '大于 127 的字节（这里当作文字）',
  '-z, -n': '-z、-n',
  '-z, -b, -a, --include and --exclude; colours are never written':
    '-z、-b、-a、--include 与 --exclude；从不输出颜色',
  '-l says no more than the kind and the size, as files here have no owners and times':
    '-l 只说种类和大小，因为这里的文件没有属主和时间',
  'collating symbols and equivalence classes of more than one character': '多个字符的排序符号与等价类',
  'e, F, R, v, W, z; the flags e and m of s': 'e、F、R、v、W、z；s 的 e 与 m 标志',
  'pages, and nl -v, -i, -n': '分页，以及 nl -v、-i、-n',
  "-R, -m is -c's opposite only in name (a merge is a sort here), -z, --parallel and its kin":
    '-R、-m（这里的合并就是排序）、-z、--parallel 之类',
  '-f, which has nothing to follow here (files do not grow by themselves; `tail -f` ends at the end). -c counts UTF-16 units where the real one counts bytes: the same for ASCII':
    '-f：这里没有可跟随的内容（文件不会自己增长，`tail -f` 到末尾即结束）。-c 数的是 UTF-16 单元而非字节：对 ASCII 一样',
  '`[=x=]`': '`[=x=]`',
  '--group, -z': '--group、-z',
  '--files0-from, --total': '--files0-from、--total',
  "setting the name (a lab's hosts keep theirs), NIS, aliases": '设置主机名（实验的主机名不变）、NIS、别名',
  '1.6.1 takes `1.2.3` for an address of SNAT and `100:50` for a range of tcpmss; with a kernel that is younger than it, hashlimit prints rates per day wrongly':
    '1.6.1 把 `1.2.3` 当作 SNAT 的地址，把 `100:50` 当作 tcpmss 的范围；遇到比它新的内核，hashlimit 按天计的速率会打印错',
  'the times themselves, which are zero': '时间本身，一律为零',
  '-X (proxies), -w -x -y -z (HTML), what -b would do, TLS':
    '-X（代理）、-w -x -y -z（HTML）、-b 本该做的事、TLS',
  'building and fetching images, volumes, networks other than bridge and host, more than one container behind the bridge, attach':
    '构建与获取镜像、卷、bridge 与 host 以外的网络、网桥后多于一个容器、attach',
  'files other than one page, everything that a configuration could say':
    '一个页面以外的文件、配置里能写的一切',
  '--scan, --listen, fragments of its own (-f -m -g), IP options, files and signatures (-E -e -B), dumps (-j -J), a false length of the header (-O), keys; the words "get hostname..." that are taken back at once. --flood sends 10,000 packets a second until it is stopped; but for the first few, nobody follows them one by one':
    '--scan、--listen、自己分片（-f -m -g）、IP 选项、文件与签名（-E -e -B）、转储（-j -J）、虚报的首部长度（-O）、按键；随即收回的 "get hostname..." 字样。--flood 每秒发 10,000 个包，直到被停下；除了开头几个，其余的不逐个跟踪',
  'changes of rules (-e), counters (-c); the handles of rules are those of tables that were filled chain by chain':
    '规则的变更（-e）、计数器（-c）；规则的句柄按逐链填写的表来编号',
  'proxies, Unix sockets, DCCP, IPv6, telnet, delays between lines (-i), -r. Nobody types into a program here: where stdin is the terminal it says nothing and has no end':
    '代理、Unix 套接字、DCCP、IPv6、telnet、行间延迟（-i）、-r。这里没有人向程序里输入：stdin 是终端时，它一言不发，也没有结尾',
  'sockets that are not of IPv4 (unix, packet, netlink, of IPv6), memory (-m), events (-E), files of filters (-F, -D)':
    'IPv4 以外的套接字（unix、packet、netlink、IPv6）、内存（-m）、事件（-E）、过滤器文件（-F、-D）',
  'cgroups, marks; of TCP all that hangs on congestion control, round-trip times, rates and counts':
    'cgroup、标记；TCP 中一切取决于拥塞控制、往返时间、速率和计数的内容',
  "other subcommands and events, -p, callers that are programs' own functions, the interactive browser (the page has one); the command that is recorded can only be sleep":
    '其他子命令与事件、-p、程序自身函数的调用者、交互式浏览器（页面上有一个）；录制时只能运行 sleep',
  'what happens below the functions that the lab counts, and what the compiler did to names (.isra, .part)':
    '实验所计函数之下发生的事，以及编译器对函数名的改动（.isra、.part）',
  'functions, aliases, embedded C, for loops, regular expressions, try, probe points but for those of point()':
    '函数、别名、内嵌 C、for 循环、正则表达式、try、point() 所列以外的探测点',
  'compiling (nobody waits for it), options but for those named here, tapsets but for a few functions (run.ts)':
    '编译（无需等待）、此处未列的选项、少数函数以外的 tapset（run.ts）',
  'everything else that a template can say': '模板的其他写法',
  'one direction that closes before the other': '一个方向先于另一个方向关闭',
  'entries that are answered for others (pub), files of entries (-f), rarp':
    '替别人应答的表项（pub）、表项文件（-f）、rarp',
  'IPv6, tunnels, media, other kinds of cards': 'IPv6、隧道、介质类型、其他种类的网卡',
  'IPv6, Unix sockets (the lab has none), masquerading (-M, of Linux 2.0), the cache (-C)':
    'IPv6、Unix 套接字（实验里没有）、伪装表（-M，Linux 2.0 的）、路由缓存（-C）',
  'IPv6, irtt, window, mss, mod, dyn': 'IPv6、irtt、window、mss、mod、dyn',
  'TCP and other protocols (-T, -M ...), gateways (-g), AS numbers, path MTU, IPv6':
    'TCP 与其他协议（-T、-M 等）、网关（-g）、AS 号、路径 MTU、IPv6',
}
