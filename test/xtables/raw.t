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
*raw
:PREROUTING
-j CT --zone 1;=;OK
-j CT --zone 65535;=;OK
-j CT --zone 65536;;FAIL
-j CT --zone 0;-j CT;OK
-j CT --zone mark;=;OK
-j CT --zone-orig 5;=;OK
-j CT --zone-reply 6;=;OK
-j CT --zone-orig mark;=;OK
-j CT --zone-reply mark;=;OK
-j CT --zone 1 --zone-orig 2;-j CT --zone-orig 2;OK
-j CT --zone-orig 1 --zone-reply 2;-j CT --zone 2;OK;LOSSY
-j CT --zone x;;FAIL
-p udp -j CT --helper ftp;;FAIL
-j CT --helper ftp;;FAIL
-p tcp -j CT --helper nosuch;;FAIL
-p tcp -j CT --helper averyveryverylongname;;FAIL
-p tcp -j CT --timeout nosuch;;FAIL
-p tcp -j CT --timeout averyveryverylongnameofapolicythatdoesnotend;;FAIL
-j CT --timeout foo;;FAIL
-j CT --ctevents new;=;OK
-j CT --ctevents new,related,destroy,reply,assured,protoinfo,helper,mark,natseqinfo,secmark;=;OK
-j CT --ctevents foo;;FAIL
-j CT --ctevents new,foo;;FAIL
-j CT --ctevents "";;FAIL
-j CT --ctevents new,;;FAIL
-j CT --ctevents NEW;;FAIL
-j CT --ctevents label;;FAIL
-j CT --expevents new;=;OK
-j CT --expevents foo;;FAIL
-j CT --ctevents new --expevents new;=;OK
-j CT --notrack --zone 5;=;OK
-j CT --notrack --ctevents new;=;OK
! -p tcp -j CT --helper ftp;;FAIL
