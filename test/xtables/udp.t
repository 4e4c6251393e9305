:INPUT,FORWARD,OUTPUT
-p udp -m udp --sport 67 --dport 68;=;OK
-p udp --dport domain;-p udp -m udp --dport 53;OK
-p udp -m udp --sport 100:;-p udp -m udp --sport 100:65535;OK
-p udp -m udp --sport :100;-p udp -m udp --sport 0:100;OK
-p udp -m udp --sport :;-p udp -m udp;OK
-p udp -m udp ! --dport 1:5 -j DROP;=;OK
-p udp -m udp ! --sport 9;=;OK
-p udp --dport ssh;-p udp -m udp --dport 22;OK
-p udp --dport 9:5;-p udp -m udp --dport 9:5;OK
-p udp --dport 65536;-p udp -m udp --dport 0;OK
-p udp --dport 1:2:3;;FAIL
-p udp --dport nosuchservice;;FAIL
-p udp --dport 1 --dport 2;;FAIL
-p udp --dport 1 --destination-port 2;;FAIL
-p udp --dport;;FAIL
-m udp --dport 53;;FAIL
-p tcp -m udp --dport 53;;FAIL
! -p udp --dport 53;;FAIL
-p 17 --dport 53;-p udp -m udp --dport 53;OK
-p udp -m udp;=;OK
-p udp --syn;;FAIL
*filter
:INPUT
-p udp --sport 0:65535;-p udp -m udp;OK
# Numbers that an int does not hold, and the long names
-p udp -m udp --source-port 67;-p udp -m udp --sport 67;OK
-p udp -m udp --source-port nosuch;;FAIL
-p udp -m udp --dport 2147483647;-p udp -m udp --dport 65535;OK
-p udp -m udp --dport 2147483648;;FAIL
-p udp -m udp --dport 4294967295;;FAIL
-p udp -m udp --dport 4294967296;-p udp -m udp --dport 0;OK
-p udp -m udp --dport 99999999999;-p udp -m udp --dport 59391;OK
-p udp -m udp --dport 99999999999999999999;;FAIL
-p udp -m udp --dport +53;-p udp -m udp --dport 53;OK
