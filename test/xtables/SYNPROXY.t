*filter
:INPUT,FORWARD
-p tcp -j SYNPROXY;=;OK
-p tcp -j SYNPROXY --mss 1460;=;OK
-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460;=;OK
-p tcp -j SYNPROXY --mss 1460 --wscale 7 --timestamp --sack-perm;-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460;OK
-p tcp -j SYNPROXY --ecn;=;OK
-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 14 --mss 536 --ecn;=;OK
-p tcp -m state --state INVALID,UNTRACKED -j SYNPROXY --timestamp;=;OK
-p tcp -j SYNPROXY --wscale 15;=;OK
-p tcp -j SYNPROXY --wscale 256;-p tcp -j SYNPROXY --wscale 0;OK
-p tcp -j SYNPROXY --mss 65536;-p tcp -j SYNPROXY --mss 0;OK
-p tcp -j SYNPROXY --mss 65537;-p tcp -j SYNPROXY --mss 1;OK
-p tcp -j SYNPROXY --mss 4294967295;-p tcp -j SYNPROXY --mss 65535;OK
-p tcp -j SYNPROXY --mss 4294967296;;FAIL
-p tcp -j SYNPROXY --wscale 4294967296;;FAIL
-p tcp -j SYNPROXY --mss 0x10;-p tcp -j SYNPROXY --mss 16;OK
-p tcp -j SYNPROXY --mss x;;FAIL
-p tcp -j SYNPROXY --mss -1;;FAIL
-p tcp -j SYNPROXY --mss;;FAIL
-p tcp -j SYNPROXY --wscale;;FAIL
-p tcp -j SYNPROXY ! --mss 1460;;FAIL
-p tcp -j SYNPROXY ! --ecn;;FAIL
-p tcp -j SYNPROXY --mss 1460 --mss 1460;;FAIL
-p tcp -j SYNPROXY --ecn --ecn;;FAIL
-p tcp -j SYNPROXY --sack;-p tcp -j SYNPROXY --sack-perm;OK
-p tcp -j SYNPROXY --ts;;FAIL
-j SYNPROXY;;FAIL
-p udp -j SYNPROXY;;FAIL
! -p tcp -j SYNPROXY;;FAIL
-p 6 -j SYNPROXY --mss 1460;-p tcp -j SYNPROXY --mss 1460;OK
:OUTPUT
-p tcp -j SYNPROXY;;FAIL
*mangle
:INPUT,FORWARD
-p tcp -j SYNPROXY --mss 1460;=;OK
:PREROUTING
-p tcp -j SYNPROXY --mss 1460;;FAIL
:POSTROUTING
-p tcp -j SYNPROXY --mss 1460;;FAIL
:OUTPUT
-p tcp -j SYNPROXY --mss 1460;;FAIL
*nat
:INPUT
-p tcp -j SYNPROXY --mss 1460;=;OK
:PREROUTING
-p tcp -j SYNPROXY --mss 1460;;FAIL
*raw
:PREROUTING
-p tcp -j SYNPROXY --mss 1460;;FAIL
