%ipset create web hash:ip
%ipset create nets hash:net
%ipset create ipp hash:ip,port
:INPUT
-m set --match-set web src;=;OK
-m set ! --match-set web src,dst;=;OK
-m set --match-set nets src,dst,src,dst,src,dst;=;OK
-m set --match-set nets src,dst,src,dst,src,dst,src;;FAIL
-m set --match-set web foo;;FAIL
-m set --match-set web;;FAIL
-m set --match-set nope src;;FAIL
-m set;;FAIL
-m set --set web src;-m set --match-set web src;OK
-m set --match-set web src --return-nomatch;=;OK
-m set --match-set web src ! --return-nomatch;;FAIL
-m set --match-set web src ! --update-counters;=;OK
-m set --match-set web src --update-counters;-m set --match-set web src;OK
-m set --match-set web src ! --update-subcounters;=;OK
-m set --match-set web src --packets-eq 5 --bytes-gt 100;=;OK
-m set --match-set web src ! --packets-eq 5 --bytes-lt 100;=;OK
-m set --match-set web src ! --packets-gt 5;;FAIL
-m set --match-set web src --packets-gt 5 --packets-lt 6;;FAIL
-m set --match-set web src --packets-gt x;;FAIL
-m set --match-set web src --match-set nets src;;FAIL
-m set --match-set web src -m set --match-set ipp dst,dst;=;OK
-m set --match-set averyveryveryveryverylongsetname1 src;;FAIL
-m set --return-nomatch;;FAIL
*filter
:INPUT
-m set --match-set web src --packets-lt 5;=;OK
-m set --match-set web src ! --bytes-eq 5;=;OK
-m set --match-set web src ! --bytes-lt 5;;FAIL
-m set --match-set web src ! --bytes-gt 5;;FAIL
-m set --match-set web src ! --packets-lt 5;;FAIL
-m set --match-set web src ! --update-counters ! --update-subcounters --return-nomatch;-m set --match-set web src --return-nomatch ! --update-counters ! --update-subcounters;OK
-m set --match-set web src --bytes-eq 5 --bytes-eq 5;;FAIL
-m set --match-set web src --bytes-eq 18446744073709551616;;FAIL
-m set --match-set web "";;FAIL
-m set --match-set web src,;;FAIL
-m set --match-set web SRC;;FAIL
-m set --match-set "" src;;FAIL
-m set --match-set averyveryveryveryverylongsetnam src;;FAIL
-m set --match-set web src --update-subcounters;-m set --match-set web src;OK
