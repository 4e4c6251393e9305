# What every rule can say.
:INPUT,FORWARD,OUTPUT
-s 192.168.7.9;-s 192.168.7.9/32;OK
-s 192.168.7.9/24 -j ACCEPT;-s 192.168.7.0/24 -j ACCEPT;OK
-s 192.168.7.9/255.255.240.0 -j DROP;-s 192.168.0.0/20 -j DROP;OK
-d 10.9/16 -j RETURN;-d 10.9.0.0/16 -j RETURN;OK
-d 10;-d 10.0.0.0/32;OK
-d 10.0.0.1/255.0.255.0;-d 10.0.0.0/255.0.255.0;OK
-s 0.0.0.0/0;;OK
-s any/0;;OK
! -s 0/0;! -s 0.0.0.0/0;OK
! -s 10.0.0.0/8 ! -d 172.16.0.0/12 -j ACCEPT;=;OK
-s 010.0.0.1;-s 8.0.0.1/32;OK
-s 0x0a.0.0.1;-s 10.0.0.1/32;OK
-s 10.0.0.256;;FAIL
-s 10.0.0.0.1;;FAIL
-s 10.0.0.0/33;;FAIL
-s 10.0.0.0/255.0.0;;FAIL
-s nobody.invalid/8;;FAIL
-p tcp;=;OK
-p 6;-p tcp;OK
-p TCP -j ACCEPT;-p tcp -j ACCEPT;OK
-p all;;OK
! -p udp -j DROP;=;OK
! -p all;;FAIL
-p 47;-p gre;OK
-p gre;=;OK
-p 132;-p sctp;OK
-p ipencap;=;OK
-p 4;-p ipencap;OK
-p 255;=;OK
-p 253;=;OK
-p 256;;FAIL
-p nonsense;;FAIL
-p icmpv6;-p ipv6-icmp;OK
-p ospf -j ACCEPT;=;OK
-p 0x11;-p udp;OK
-f;=;OK
! -f -j ACCEPT;=;OK
-p tcp -p udp;;FAIL
-j ACCEPT -j DROP;;FAIL
-j ACCEPT -g FOO;;FAIL
-g FOO;;FAIL
-g ACCEPT;;FAIL
-j FOO;;FAIL
-j "";;FAIL
-j averyveryverylongtargetnameindeed;;FAIL
! -j ACCEPT;;FAIL
! -v -j ACCEPT;;FAIL
-c 12 3456 -j ACCEPT;-j ACCEPT;OK;LOSSY
-c 12,3456 -j ACCEPT;-j ACCEPT;OK;LOSSY
-c 12;;FAIL
-c x y;;FAIL
-c 1 y;;FAIL
-m nosuchmatch;;FAIL
--jump ACCEPT;-j ACCEPT;OK
--prot udp --jum DROP;-p udp -j DROP;OK
--source 1.2.3.4 --destination 4.3.2.1;-s 1.2.3.4/32 -d 4.3.2.1/32;OK
--src 1.2.3.4 --dst 4.3.2.1;-s 1.2.3.4/32 -d 4.3.2.1/32;OK
--so 1.2.3.4;-s 1.2.3.4/32;OK
--s 1.2.3.4;;FAIL
--fragments -j DROP;-f -j DROP;OK
! ! -s 1.2.3.4;;FAIL
-s 1.2.3.4 !;;FAIL
stray;;FAIL
-- -j ACCEPT;;FAIL
-n -j ACCEPT;;FAIL
-x -j ACCEPT;;FAIL
--line-numbers -j ACCEPT;;FAIL
-6 -j ACCEPT;;FAIL
-4 -j ACCEPT;-j ACCEPT;OK
-w -j ACCEPT;-j ACCEPT;OK
-w 5 -j ACCEPT;-j ACCEPT;OK
-w x;;FAIL
-W 5 -w -j ACCEPT;-j ACCEPT;OK
:INPUT,FORWARD
-i eth0 -j ACCEPT;=;OK
-i eth+;=;OK
-i +;;OK;LOSSY
! -i eth0;=;OK
! -i +;;OK;LOSSY
-i abcdefghijklmno;=;OK
-i abcdefghijklmnop;;FAIL
-i "";;FAIL
-i "we ird";-i we ird;OK;LOSSY
-i a/b;=;OK
-i eth0 -i eth1;;FAIL
:FORWARD,OUTPUT
-o eth0 -j ACCEPT;=;OK
! -o ppp+ -j RETURN;=;OK
:FORWARD
-i lan0 -o wan0 -j ACCEPT;=;OK
-o wan0 -i lan0;-i lan0 -o wan0;OK
:INPUT
-o eth0;;FAIL
:OUTPUT
-i eth0;;FAIL
*nat
:PREROUTING
-j DROP;;FAIL
-j ACCEPT;=;OK
-o eth0;;FAIL
:POSTROUTING
-i eth0;;FAIL
-o eth0 -j RETURN;=;OK
:FORWARD
-j ACCEPT;;FAIL
*raw
:PREROUTING,OUTPUT
-j DROP;=;OK
:INPUT
-j ACCEPT;;FAIL
*mangle
:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
-s 10.1.1.0/25 -j ACCEPT;=;OK
*filter
:INPUT
-s 0.0.0.0/8;=;OK
-d 0.0.0.0/1;=;OK
-s 0.0.0.1;-s 0.0.0.1/32;OK
! -i +;;OK;LOSSY
-i + -j ACCEPT;-j ACCEPT;OK
# Numbers that are an address to the C library only
:INPUT
-s 256;-s 0.0.1.0/32;OK
-s 0x1000000;-s 1.0.0.0/32;OK
-s 1.256;-s 1.0.1.0/32;OK
-d 1.2.256;-d 1.2.1.0/32;OK
-s 256/8;-s 0.0.0.0/8;OK
-s 0x1.2;-s 1.2.0.0/32;OK
-d 4294967295;-d 255.255.255.255/32;OK
-s 4294967296;;FAIL
-s +256;;FAIL
-s 256.1;;FAIL
-s 1.2.3.256;;FAIL
-s 1.;;FAIL
