/**
 * What the guesser of pack.ts has read before any link: words and turns of our files, the most common ones last. Links
 * that people have kept were written after this text: changing a letter of it makes them unreadable.
 */
export const PRIMER = `{"netfilterLab":1,"lab":"docker","seed":1,"period":"article","setup":[{"on":"vm1","line":"sysctl -w net.ipv4.ip_forward=1"}],"inputs":[
{"on":"vm1","line":"docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat"},{"on":"vm2","line":"ulimit -n 65536"},
{"on":"vm2","line":"ab -c 5000 -n 100000 -r -s 2 http://192.168.0.30:8080/"},{"on":"vm1","line":"docker rm -f nginx"},{"on":"container","line":"ss -s"},
*raw\\n:PREROUTING ACCEPT [0:0]\\n:OUTPUT ACCEPT [0:0]\\n-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack\\n-A PREROUTING -p tcp -j NOTRACK\\nCOMMIT\\n
*mangle\\n:PREROUTING ACCEPT [0:0]\\n:INPUT ACCEPT [0:0]\\n:FORWARD ACCEPT [0:0]\\n:OUTPUT ACCEPT [0:0]\\n:POSTROUTING ACCEPT [0:0]\\n
-A PREROUTING -i eth0 -j MARK --set-xmark 0x1/0xffffffff\\n-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff\\n
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu\\n-A POSTROUTING -j CHECKSUM --set-mark 0x\\nCOMMIT\\n
*nat\\n:PREROUTING ACCEPT [0:0]\\n:INPUT ACCEPT [0:0]\\n:OUTPUT ACCEPT [0:0]\\n:POSTROUTING ACCEPT [0:0]\\n:DOCKER - [0:0]\\n
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\\n-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER\\n
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\\n-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:8080\\n
-A PREROUTING -d 100.100.100.100/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 192.168.0.2:443\\n-A PREROUTING -i eth1 -p tcp -m multiport --dports 80,443 -j REDIRECT --to-ports 3128\\n
-A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100\\n-A POSTROUTING -s 10.0.0.0/8 -o eth1 -j MASQUERADE --random-fully\\nCOMMIT\\n
*filter\\n:INPUT DROP [0:0]\\n:FORWARD DROP [0:0]\\n:OUTPUT ACCEPT [0:0]\\n:DOCKER-USER - [0:0]\\n:DOCKER-ISOLATION-STAGE-1 - [0:0]\\n:ufw-before-input - [0:0]\\n
-A INPUT -i lo -j ACCEPT\\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\\n-A INPUT -m conntrack --ctstate INVALID -j DROP\\n
-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 5/sec -j ACCEPT\\n-A INPUT -s 192.168.0.0/24 -p tcp -m tcp --dport 22 -m comment --comment \\"ssh\\" -j ACCEPT\\n
-A INPUT -p udp -m udp --sport 67:68 --dport 67:68 -j ACCEPT\\n-A INPUT -p tcp -m state --state NEW -m tcp --dport 80 -j ACCEPT\\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\\n
-A FORWARD -j DOCKER-USER\\n-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\\n-A FORWARD -i docker0 ! -o docker0 -j ACCEPT\\n-A FORWARD -i eth0 -o eth1 -j ACCEPT\\n
-A FORWARD -m mark --mark 0x1 -j RETURN\\n-A FORWARD -p tcp -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource -j LOG --log-prefix \\"drop: \\" --log-level 4\\n
-A FORWARD -p tcp -m tcp --syn -m hashlimit --hashlimit-upto 10/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name h -j ACCEPT\\n-A FORWARD -m connlimit --connlimit-above 20 --connlimit-mask 32 --connlimit-saddr -j REJECT --reject-with tcp-reset\\n
-A FORWARD -m set --match-set blocked src -j DROP\\n-A FORWARD -m iprange --src-range 192.168.0.2-192.168.0.9 -j ACCEPT\\n-A FORWARD -j DROP\\nCOMMIT\\n"
"sysctls":{"net.ipv4.conf.all.rp_filter":1,"net.ipv4.conf.default.rp_filter":0,"net.ipv4.ip_forward":1,"net.ipv4.ip_local_port_range":32768,"net.netfilter.nf_conntrack_acct":1,
"net.netfilter.nf_conntrack_buckets":65536,"net.netfilter.nf_conntrack_checksum":0,"net.netfilter.nf_conntrack_generic_timeout":600,"net.netfilter.nf_conntrack_icmp_timeout":30,"net.netfilter.nf_conntrack_log_invalid":255,
"net.netfilter.nf_conntrack_max":131072,"net.netfilter.nf_conntrack_tcp_be_liberal":1,"net.netfilter.nf_conntrack_tcp_loose":0,"net.netfilter.nf_conntrack_tcp_timeout_close_wait":60,"net.netfilter.nf_conntrack_tcp_timeout_established":432000,
"net.netfilter.nf_conntrack_tcp_timeout_fin_wait":120,"net.netfilter.nf_conntrack_tcp_timeout_syn_recv":60,"net.netfilter.nf_conntrack_tcp_timeout_syn_sent":120,"net.netfilter.nf_conntrack_tcp_timeout_time_wait":120,"net.netfilter.nf_conntrack_udp_timeout":30,"net.netfilter.nf_conntrack_udp_timeout_stream":120}
{"name":"own","hosts":[{"name":"gateway","role":"gateway","memory":536870912,"devs":[{"name":"eth0","addrs":["192.168.0.1/24"],"mac":"02:00:00:00:00:01"},{"name":"eth1","addrs":[],"down":true}],"routes":[{"dst":"default","via":"10.0.0.1","dev":"eth0"}],"http":[80],"files":{"/etc/iptables/rules.v4":"","/etc/sysctl.conf":""},"init":["iptables-restore -c /etc/iptables/rules.v4"]}],
"links":[{"ends":["client:eth0","gateway:eth0"],"delay":500}],"names":{"server":"203.0.113.10"}}
{"on":"gateway","line":"ip route add 10.0.0.0/8 via 192.168.0.2 dev eth0"},{"on":"gateway","line":"ip addr add 100.100.100.101/24 dev eth1"},{"on":"gateway","line":"ip link set eth1 down"},
{"on":"gateway","line":"conntrack -L -o extended","wait":1000000},{"on":"gateway","line":"conntrack -D -p tcp"},{"on":"gateway","line":"conntrack -S"},{"on":"gateway","line":"conntrack -F"},{"on":"gateway","line":"dmesg | tail"},{"on":"gateway","line":"iptables -nvL -t nat --line-numbers"},{"on":"gateway","line":"iptables-save -c"},{"on":"gateway","line":"tcpdump -ni eth1 -c 10 tcp port 80"},{"on":"gateway","line":"cat /proc/net/nf_conntrack"},
{"on":"pc1","line":"for i in $(seq 10); do curl -s http://baidu.com/ >/dev/null; done"},{"on":"pc2","line":"ping -c 1 123.125.115.110"},{"on":"baidu","line":"curl -s http://100.100.100.100:8080/"},{"on":"pc3","line":"nc -u 123.125.115.110 53"},{"on":"pc1","line":"ping -c 3 192.168.0.1"},
{"on":"gateway","line":"iptables -t raw -A PREROUTING -p udp --dport 53 -j NOTRACK"},{"on":"gateway","line":"iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"},
{"on":"gateway","line":"iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 8080 -j DNAT --to-destination 192.168.0.2:80"},{"on":"gateway","line":"iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -o eth1 -j SNAT --to-source 100.100.100.100"},
{"on":"gateway","line":"iptables -P FORWARD DROP"},{"on":"gateway","line":"iptables -A FORWARD -i eth0 -o eth1 -p tcp -m tcp --dport 443 -j ACCEPT"},{"on":"gateway","line":"iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"},{"on":"gateway","line":"iptables -A INPUT -p icmp -j DROP"},{"on":"gateway","line":"iptables -N LOGDROP"},{"on":"gateway","line":"iptables -D FORWARD 1"},{"on":"gateway","line":"iptables -I INPUT 1 -s 192.168.0.3 -p udp --dport 53 -j REJECT"},
{"on":"gateway","line":"sysctl -w net.netfilter.nf_conntrack_max=5","by":"control"},{"on":"gateway","line":"sysctl -w net.netfilter.nf_conntrack_tcp_timeout_time_wait=60","steps":120,"wait":30000},
{"netfilterLab":1,"lab":"gateway","seed":1,"inputs":[{"on":"gateway","line":"sysctl -w net.ipv4.ip_forward=1"},{"on":"gateway","line":"iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE"},{"on":"pc1","line":"curl http://baidu.com/"},{"on":"pc1","line":"curl http://baidu.com/","steps":345,"wait":1234567}],"end":{"steps":345,"wait":61234},"playhead":400}
`
