# SNAT, DNAT, MASQUERADE, REDIRECT, NETMAP
*nat
:POSTROUTING,INPUT
-j SNAT --to-source 1.2.3.4;=;OK
-j SNAT --to-source 1.2.3.4-1.2.3.9;=;OK
-j SNAT --to-source 1.2.3.9-1.2.3.4;=;OK
-j SNAT --to-source 1.2.3.4-1.2.3.4;-j SNAT --to-source 1.2.3.4;OK
-p tcp -j SNAT --to-source 1.2.3.4:1000;=;OK
-p udp -j SNAT --to-source 1.2.3.4:1000-2000;=;OK
-p icmp -j SNAT --to-source 1.2.3.4:1000-2000;=;OK
-p tcp -j SNAT --to-source :1000;=;OK
-p tcp -j SNAT --to-source 1.2.3.4-1.2.3.9:1000-2000;=;OK
-p tcp -j SNAT --to-source 1.2.3.4:1000 -m tcp --sport 5;-p tcp -m tcp --sport 5 -j SNAT --to-source 1.2.3.4:1000;OK
-j SNAT --to-source 1.2.3.4 --random;=;OK
-j SNAT --to-source 1.2.3.4 --persistent --random-fully --random;-j SNAT --to-source 1.2.3.4 --random --random-fully --persistent;OK
-j SNAT --to-source 1.2.3.4 --to-source 1.2.3.5;;FAIL
-j SNAT --to 1.2.3.4;-j SNAT --to-source 1.2.3.4;OK
-j SNAT;;FAIL
-j SNAT --to-source;;FAIL
-j SNAT --to-source 1.2.3.4:1000;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:99999;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:2000-1000;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:x;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:http;-p tcp -j SNAT --to-source 1.2.3.4:80;OK
-p tcp -j SNAT --to-source 1.2.3.4:80-http;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:80x;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:80-90x;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:80-90/85;-p tcp -j SNAT --to-source 1.2.3.4:80-90/0;OK;LOSSY
-p tcp -j SNAT --to-source 1.2.3.4:80:90;;FAIL
-j SNAT --to-source 1.2.3;;FAIL
-j SNAT --to-source 1.2.3.4-;;FAIL
-j SNAT --to-source 1.2.3.4/24;;FAIL
-j SNAT --to-source [1.2.3.4];;FAIL
-j SNAT --to-source "";;FAIL
! -p tcp -j SNAT --to-source 1.2.3.4:80;=;OK
:PREROUTING,OUTPUT
-j SNAT --to-source 1.2.3.4;;FAIL
-j DNAT --to-destination 1.2.3.4;=;OK
-p tcp -j DNAT --to-destination 1.2.3.4:80;=;OK
-p tcp -j DNAT --to-destination 1.2.3.4:80-90;=;OK
-p tcp -j DNAT --to-destination 1.2.3.4:80-90/85;=;OK
-p tcp -j DNAT --to-destination :80-90/0;;FAIL
-p tcp -j DNAT --to-destination :80-90/x;;FAIL
-p tcp -j DNAT --to-destination :80-90/http;-p tcp -j DNAT --to-destination :80-90/80;OK
-p udp -j DNAT --to-destination :53;=;OK
-j DNAT --to-destination 10.0.0.1-10.0.0.5 --persistent;=;OK
-j DNAT --to-destination 10.0.0.1 --random;=;OK
-j DNAT --to-destination 10.0.0.1 --random --persistent;=;OK
-j DNAT --to-destination 10.0.0.1 --random-fully;;FAIL
-j DNAT --to-dest 10.0.0.1;-j DNAT --to-destination 10.0.0.1;OK
-j DNAT;;FAIL
-j DNAT --to-destination 10.0.0.1:80;;FAIL
-p gre -j DNAT --to-destination 10.0.0.1:80;;FAIL
-p sctp -j DNAT --to-destination 10.0.0.1:80;=;OK
-p dccp -j DNAT --to-destination 10.0.0.1:80;=;OK
-p tcp -j DNAT --to-destination 10.0.0.1:80-;;FAIL
! -j DNAT --to-destination 10.0.0.1;;FAIL
-j DNAT ! --to-destination 10.0.0.1;;FAIL
-j REDIRECT;=;OK
-p tcp -j REDIRECT --to-ports 3128;=;OK
-p udp -j REDIRECT --to-ports 5000-6000 --random;=;OK
-p tcp -j REDIRECT --to-ports 6000-5000;;FAIL
-p tcp -j REDIRECT --to-ports 5:6;;FAIL
-p tcp -j REDIRECT --to-ports http;-p tcp -j REDIRECT --to-ports 80;OK
-p tcp -j REDIRECT --to-ports 80-90/85;;FAIL
-j REDIRECT --to-ports 80;;FAIL
-j REDIRECT --random;=;OK
-j REDIRECT --persistent;;FAIL
-p tcp -j REDIRECT --to-ports 1.2.3.4;;FAIL
-j MASQUERADE;;FAIL
:POSTROUTING,INPUT
-j DNAT --to-destination 1.2.3.4;;FAIL
-j REDIRECT;;FAIL
:POSTROUTING
-j MASQUERADE;=;OK
-s 192.168.0.0/16 ! -o docker0 -j MASQUERADE;=;OK
-p tcp -j MASQUERADE --to-ports 1024-65535;=;OK
-p tcp -j MASQUERADE --to-ports 5000;=;OK
-j MASQUERADE --random;=;OK
-p udp -j MASQUERADE --to-ports 1024-2047 --random-fully --random;-p udp -j MASQUERADE --to-ports 1024-2047 --random --random-fully;OK
-j MASQUERADE --to-ports 1000;;FAIL
-p tcp -j MASQUERADE --to-ports 1:2;;FAIL
-p tcp -j MASQUERADE --to-ports 1-2/1;-p tcp -j MASQUERADE --to-ports 1-2/0;OK;LOSSY
-p tcp -j MASQUERADE --to-ports 2-1;;FAIL
-p tcp -j MASQUERADE --to-ports x;;FAIL
-p tcp -j MASQUERADE --to-ports;;FAIL
-j MASQUERADE --persistent;;FAIL
:INPUT
-j MASQUERADE;;FAIL
:PREROUTING,INPUT,OUTPUT,POSTROUTING
-j NETMAP --to 10.2.0.0/16;=;OK
-j NETMAP --to 10.2.3.4/24;-j NETMAP --to 10.2.3.0/24;OK
-j NETMAP --to 10.2.3.4;-j NETMAP --to 10.2.3.4/32;OK
-j NETMAP --to 0.0.0.0/0;=;OK
-j NETMAP --to 10.2.0.0/255.255.0.0;-j NETMAP --to 10.2.0.0/16;OK
-j NETMAP --to 10.2.0.0/33;-j NETMAP --to 10.2.0.0/32;OK
-j NETMAP --to foo/8;;FAIL
-j NETMAP;;FAIL
-j NETMAP --to 1.2.3.4 --to 1.2.3.5;;FAIL
*filter
:INPUT,FORWARD,OUTPUT
-j SNAT --to-source 1.2.3.4;;FAIL
-j DNAT --to-destination 1.2.3.4;;FAIL
-j MASQUERADE;;FAIL
-j REDIRECT;;FAIL
-j NETMAP --to 10.0.0.0/8;;FAIL
*mangle
:PREROUTING
-j DNAT --to-destination 1.2.3.4;;FAIL
*nat
:POSTROUTING
-p tcp -j SNAT --to-source 1.2.3.4:0;=;OK
-p tcp -j SNAT --to-source 1.2.3.4:65535;=;OK
-p tcp -j SNAT --to-source 1.2.3.4:65536;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:1-65536;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:5-5;-p tcp -j SNAT --to-source 1.2.3.4:5;OK
-p dccp -j SNAT --to-source 1.2.3.4:5;=;OK
-p udplite -j SNAT --to-source 1.2.3.4:5;;FAIL
-j SNAT --to-source 1.2.3.4-1.2.3.5-1.2.3.6;;FAIL
-j SNAT --to-source -1.2.3.4;;FAIL
-j SNAT --to-source 1.2.3.4:5:6:7;;FAIL
-p tcp -j SNAT --to-source 1:5;;FAIL
-p tcp -j SNAT --to-source 12:5;-p tcp -j SNAT --to-source :5;OK
-p tcp -j SNAT --to-source 123:5;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:80-90/;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:80-90/65536;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:80/85;;FAIL
-p tcp -j SNAT --to-source 1.2.3.4:80-90 --random --persistent;=;OK
:PREROUTING
-p tcp -j DNAT --to-destination 1.2.3.4:80-90/85 --random;=;OK
-p tcp -j DNAT --to-destination 1.2.3.4:80-90/http --persistent --random-fully;;FAIL
-p tcp -j REDIRECT --to-ports 80 --random;=;OK
-p tcp -j REDIRECT --to-ports 80 --to-ports 80;;FAIL
-p tcp -j REDIRECT --to-ports 80-80;-p tcp -j REDIRECT --to-ports 80;OK
-j NETMAP --to 10.0.0.0/255.0.255.0;-j NETMAP --to 10.0.0.0/32;OK
-j NETMAP --to 10.0.0.0/0;-j NETMAP --to 0.0.0.0/0;OK
-j NETMAP --to 10.0.0.1/32;=;OK
-j NETMAP --to 10.0.0.0/31;=;OK
-j NETMAP --to "";;FAIL
-j NETMAP --to 10.0.0.0/x;;FAIL
*nat
:POSTROUTING
-p tcp -j SNAT --to-source :80;=;OK
-p tcp -j SNAT --to-source 10.0.0.1:;;FAIL
-p tcp -j SNAT --to-source 10.0.0.1::80;;FAIL
-p tcp -j SNAT --to-source ::;;FAIL
-p tcp -j SNAT --to-source a:80;;FAIL
-p tcp -j SNAT --to-source -10.0.0.1;;FAIL
-p tcp -j SNAT --to-source 10.0.0.1-;;FAIL
-p tcp -j SNAT --to-source 1:80;;FAIL
-p tcp -j SNAT --to-source 12:80;-p tcp -j SNAT --to-source :80;OK
*nat
:PREROUTING
-p udp -j DNAT --to-destination 10.0.0.1:tftp;-p udp -j DNAT --to-destination 10.0.0.1:69;OK
-m limit --limit 5/sec -j MASQUERADE;;FAIL
# What cannot be turned round
*nat
:POSTROUTING
-j SNAT ! --to-source 1.2.3.4;;FAIL
-j SNAT --to-source 1.2.3.4 ! --random;;FAIL
-j MASQUERADE ! --random-fully;;FAIL
-p tcp -j MASQUERADE ! --to-ports 5;;FAIL
-j NETMAP ! --to 1.2.3.0/24;;FAIL
