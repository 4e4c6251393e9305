/**
 * The files that the recorded command lines work on.
 */

/** Ten of what `conntrack -L -o extended` prints, with a few states, protocols and addresses. */
const CONNECTIONS = [
  'ipv4     2 tcp      6 431999 ESTABLISHED src=192.168.0.2 dst=10.0.0.5 sport=40000 dport=80 src=10.0.0.5 dst=100.64.0.1 sport=80 dport=40000 [ASSURED] mark=0 use=1',
  'ipv4     2 tcp      6 7 TIME_WAIT src=192.168.0.2 dst=10.0.0.5 sport=40001 dport=80 src=10.0.0.5 dst=100.64.0.1 sport=80 dport=40001 [ASSURED] mark=0 use=1',
  'ipv4     2 tcp      6 112 TIME_WAIT src=192.168.0.96 dst=10.0.0.5 sport=40002 dport=443 src=10.0.0.5 dst=100.64.0.1 sport=443 dport=40002 [ASSURED] mark=0 use=1',
  'ipv4     2 tcp      6 55 SYN_SENT src=192.168.0.3 dst=10.0.0.6 sport=40003 dport=80 [UNREPLIED] src=10.0.0.6 dst=100.64.0.1 sport=80 dport=40003 mark=0 use=1',
  'ipv4     2 udp      17 29 src=192.168.0.2 dst=8.8.8.8 sport=40004 dport=53 src=8.8.8.8 dst=100.64.0.1 sport=53 dport=40004 mark=0 use=1',
  'ipv4     2 tcp      6 60 SYN_RECV src=192.168.0.2 dst=10.0.0.7 sport=40005 dport=22 src=10.0.0.7 dst=100.64.0.1 sport=22 dport=40005 mark=0 use=1',
  'ipv4     2 icmp     1 29 src=192.168.0.2 dst=10.0.0.5 type=8 code=0 id=7 src=10.0.0.5 dst=100.64.0.1 type=0 code=0 id=7 mark=0 use=1',
  'ipv4     2 tcp      6 9 CLOSE_WAIT src=192.168.0.96 dst=10.0.0.5 sport=40006 dport=80 src=10.0.0.5 dst=100.64.0.1 sport=80 dport=40006 [ASSURED] mark=0 use=1',
  'ipv4     2 tcp      6 118 TIME_WAIT src=192.168.0.2 dst=10.0.0.5 sport=40007 dport=8080 src=10.0.0.5 dst=100.64.0.1 sport=8080 dport=40007 [ASSURED] mark=0 use=1',
  'ipv4     2 udp      17 178 src=192.168.0.3 dst=1.1.1.1 sport=40008 dport=53 src=1.1.1.1 dst=100.64.0.1 sport=53 dport=40008 [ASSURED] mark=0 use=1',
]

export const FILES: Record<string, string> = {
  'ct.txt': `${CONNECTIONS.join('\n')}\n`,
  'sysctl.conf': [
    '# System-wide settings',
    '#net.ipv4.ip_forward=1',
    'net.ipv4.ip_forward = 1',
    '',
    'net.netfilter.nf_conntrack_max = 131072',
    'net.netfilter.nf_conntrack_tcp_timeout_time_wait = 60',
    'vm.swappiness = 10',
    '',
  ].join('\n'),
  'dmesg.txt': [
    '[    0.000000] Linux version 6.1.0',
    '[   12.345678] nf_conntrack: default automatic helper assignment has been turned off',
    '[  104.235156] nf_conntrack: nf_conntrack: table full, dropping packet',
    '[  104.301234] nf_conntrack: nf_conntrack: table full, dropping packet',
    '[  109.999999] net_ratelimit: 3 callbacks suppressed',
    '[  110.000001] nf_conntrack: nf_conntrack: table full, dropping packet',
    '',
  ].join('\n'),
  'words.txt': 'banana\napple\ncherry\nBanana\napple\ndate\n\nelderberry\napple pie\ncherry\n',
  'nums.txt': '10\n9\n2.5\n-3\n100\n1e2\n0\n010\n2.5\n\nabc\n',
  'sizes.txt': '10K\n2M\n512\n1G\n3K\n1.5M\n',
  'table.csv': 'name,age,city\nalice,30,Paris\nbob,25,London\ncarol,35,"New York"\ndave,25,Oslo\n\n',
  'tabs.txt': 'a\tb\tc\n1\t2\t3\nx y\tz\n\t\tlast\nnone\n',
  'blanks.txt': '  leading\ntrailing  \n\tboth\t\n\n\n  a   b  c  \n',
  'last.txt': 'one\ntwo\nno newline at the end',
  'para.txt': 'name: a\nsize: 1\n\nname: b\nsize: 2\n\n\n\nname: c\n',
  'punct.txt': 'a.b*c\n[x]\n$5 ^ {2}\nback\\slash\n(paren)|bar\na+b?\n"quoted"\n',
  'empty.txt': '',
  'dir/one.conf': 'key=1\nother=2\n',
  'dir/two.conf': 'key=3\n',
  'dir/notes': 'plain key\n',
}
