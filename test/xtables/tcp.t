:INPUT,FORWARD,OUTPUT
-p tcp -m tcp --sport 1;=;OK
-p tcp --dport 8080;-p tcp -m tcp --dport 8080;OK
-p tcp -m tcp --sport 1:1024;=;OK
-p tcp -m tcp --sport :1024;-p tcp -m tcp --sport 0:1024;OK
-p tcp -m tcp --sport 1024:;-p tcp -m tcp --sport 1024:65535;OK
-p tcp -m tcp --sport :;-p tcp -m tcp;OK
-p tcp -m tcp ! --sport :;-p tcp -m tcp;OK;LOSSY
-p tcp -m tcp --dport 5:5;-p tcp -m tcp --dport 5;OK
-p tcp -m tcp ! --sport 7 ! --dport 100:200 -j ACCEPT;=;OK
-p tcp --dport http;-p tcp -m tcp --dport 80;OK
-p tcp --dport www:https;-p tcp -m tcp --dport 80:443;OK
-p tcp --source-port ssh --destination-port 22;-p tcp -m tcp --sport 22 --dport 22;OK
-p tcp --dport 0x1F90;-p tcp -m tcp --dport 8080;OK
-p tcp --dport 0;-p tcp -m tcp --dport 0;OK
-p tcp --dport 65535;-p tcp -m tcp --dport 65535;OK
-p tcp --dport 65536;;FAIL
-p tcp --dport -1;;FAIL
-p tcp --dport tftp;;FAIL
-p tcp --dport 80-90;;FAIL
-p tcp --dport 80,90;;FAIL
-p tcp --dport 90:80;;FAIL
-p tcp --dport nosuchservice;;FAIL
-p tcp --dport;;FAIL
-p tcp --dport 1 --dport 2;;FAIL
-p tcp --sport 1 --sport 2;;FAIL
--dport 80;;FAIL
-m tcp --dport 80;;FAIL
-p udp -m tcp --dport 80;;FAIL
! -p tcp -m tcp --dport 80;;FAIL
! -p tcp --dport 80;;FAIL
-p 6 --dport 80;-p tcp -m tcp --dport 80;OK
-p all --dport 80;;FAIL
-p tcp --syn;-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN;OK
-p tcp ! --syn;-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN;OK
-p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK;=;OK
-p tcp -m tcp --tcp-flags ACK,SYN ack;-p tcp -m tcp --tcp-flags SYN,ACK ACK;OK
-p tcp -m tcp --tcp-flags ALL NONE;-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE;OK
-p tcp -m tcp --tcp-flags ALL ALL;-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG FIN,SYN,RST,PSH,ACK,URG;OK
-p tcp -m tcp ! --tcp-flags RST RST -j DROP;=;OK
-p tcp -m tcp --tcp-flags NONE NONE;-p tcp -m tcp;OK
-p tcp -m tcp ! --tcp-flags NONE NONE;=;OK
-p tcp --tcp-flags SYN;;FAIL
-p tcp --tcp-flags SYN -j ACCEPT;;FAIL
-p tcp --tcp-flags SYN ECN;;FAIL
-p tcp --tcp-flags SYN,FOO SYN;;FAIL
-p tcp --syn --tcp-flags SYN SYN;;FAIL
-p tcp -m tcp --tcp-option 2;=;OK
-p tcp -m tcp ! --tcp-option 8 --dport 1;-p tcp -m tcp --dport 1 ! --tcp-option 8;OK
-p tcp --tcp-option 0;;FAIL
-p tcp --tcp-option 256;;FAIL
-p tcp --tcp-option 2 --tcp-option 3;;FAIL
-p tcp -m tcp;=;OK
-p tcp -m tcp -m tcp --dport 3;-p tcp -m tcp -m tcp --dport 3;OK
-p tcp --dport 1 --nosuch;;FAIL
-p tcp --sp 5;-p tcp -m tcp --sport 5;OK
-p tcp --tcp-f SYN SYN;-p tcp -m tcp --tcp-flags SYN SYN;OK
-p tcp --tcp 5;;FAIL
*filter
:INPUT
-p tcp -m tcp --tcp-flags SYN,,ACK SYN;-p tcp -m tcp --tcp-flags SYN,ACK SYN;OK
-p tcp -m tcp --tcp-flags "" SYN;-p tcp -m tcp;OK;LOSSY
-p tcp -m tcp --tcp-flags SYN, SYN;-p tcp -m tcp --tcp-flags SYN SYN;OK
-p tcp --tcp-flags SYN SYN --syn;;FAIL
-p tcp --sport 1 --source-port 2;;FAIL
-p tcp --dport 1 --destination-port 2;;FAIL
-p tcp --tcp-option 1 --tcp-option 2;;FAIL
*filter
:INPUT
-p tcp --dport 0:65535;-p tcp -m tcp;OK
