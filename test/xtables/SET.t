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
