# NOTRACK, CT, TRACE
*raw
:PREROUTING,OUTPUT
-j NOTRACK;=;OK
-p udp --dport 53 -j NOTRACK;-p udp -m udp --dport 53 -j NOTRACK;OK
-j CT --notrack;=;OK
-j NOTRACK --notrack;;FAIL
-j CT;=;OK
-j CT ! --notrack;;FAIL
-j CT --notrack --notrack;;FAIL
-j CT --nosuch;;FAIL
-j TRACE;=;OK
-s 1.2.3.4 -j TRACE;-s 1.2.3.4/32 -j TRACE;OK
-j TRACE --foo;;FAIL
*filter
:INPUT,FORWARD
-j NOTRACK;;FAIL
-j CT --notrack;;FAIL
-j TRACE;;FAIL
*mangle
:PREROUTING
-j NOTRACK;;FAIL
-j TRACE;;FAIL
