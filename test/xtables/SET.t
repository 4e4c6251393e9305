%ipset create web hash:ip
%ipset create nets hash:net
%ipset create ipp hash:ip,port
:INPUT
-j SET --add-set web src;=;OK
-j SET --add-set web src --exist --timeout 10;=;OK
-j SET --del-set web src,dst;=;OK
-j SET --del-set web src --exist;;FAIL
-j SET --del-set web src --timeout 4;;FAIL
-j SET --add-set nope src;;FAIL
-j SET;;FAIL
-j SET --add-set web;;FAIL
-j SET --add-set web src --del-set nets src;=;OK
-j SET --add-set web src --add-set nets src;;FAIL
-j SET --add-set web src --timeout x;;FAIL
-j SET ! --add-set web src;-j SET --add-set web src;OK
-j SET --exist;;FAIL
*filter
:INPUT
-j SET --add-set web src --timeout 0;=;OK
-j SET --add-set web src --timeout 2147483;=;OK
-j SET --add-set web src --timeout 2147484;=;OK
-j SET --add-set web src --timeout 4294967295;;FAIL
-j SET --add-set web src --exist --exist;-j SET --add-set web src --exist;OK
-j SET --add-set ipp src,dst;=;OK
-j SET --add-set ipp src,dst,src,dst,src,dst;=;OK
-j SET --add-set web foo;;FAIL
-j SET --del-set nope src;;FAIL
-j SET --del-set web src --exist --timeout 5;;FAIL
-j SET --add-set web src --timeout 5;=;OK
%ipset create marks hash:ip skbinfo
*mangle
:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
-j SET --map-set marks src --map-mark;=;OK
:FORWARD,OUTPUT,POSTROUTING
-j SET --map-set marks src --map-mark --map-prio --map-queue;=;OK
-j SET --map-queue --map-prio --map-set marks src,dst;-j SET --map-set marks src,dst --map-prio --map-queue;OK
-j SET --map-set web src --map-mark;=;OK
-j SET --map-set marks dst --map-queue --add-set web src --exist --timeout 5 --del-set nets dst;-j SET --add-set web src --exist --timeout 5 --del-set nets dst --map-set marks dst --map-queue;OK
-j SET --map-set marks src --map-mark --map-mark;-j SET --map-set marks src --map-mark;OK
-j SET ! --map-set marks src ! --map-mark;-j SET --map-set marks src --map-mark;OK
-j SET --map-set marks src;;FAIL
-j SET --map-mark;;FAIL
-j SET --map-prio --map-queue;;FAIL
-j SET --add-set web src --map-mark;;FAIL
-j SET --add-set web src --map-prio --map-queue;;FAIL
-j SET --add-set web src --map-queue;;FAIL
-j SET --del-set web src --map-queue --exist;;FAIL
-j SET --map-set marks src --map-set marks src --map-mark;;FAIL
-j SET --map-set nope src --map-mark;;FAIL
-j SET --map-set marks --map-mark;;FAIL
-j SET --map-set marks foo --map-mark;;FAIL
-j SET --map-set marks src --exist;;FAIL
-j SET --map-set marks src --timeout 5;;FAIL
-j SET --map-set marks src --map-mark --timeout 5;;FAIL
:PREROUTING,INPUT
-j SET --map-set marks src --map-prio;;FAIL
-j SET --map-set marks src --map-queue --map-mark;;FAIL
*filter
:FORWARD
-j SET --map-set marks src --map-mark;;FAIL
-j SET --map-set marks src --map-prio;;FAIL
*nat
:PREROUTING
-j SET --map-set marks src --map-mark;;FAIL
