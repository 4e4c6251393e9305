*mangle
:PREROUTING
-p tcp -j TCPOPTSTRIP --strip-options 2,3,timestamp,md5;-p tcp -j TCPOPTSTRIP --strip-options 2,3,8,19;OK
-p tcp -j TCPOPTSTRIP --strip-options sack-permitted,wscale,mss,sack;-p tcp -j TCPOPTSTRIP --strip-options 2,3,4,5;OK
-p tcp -j TCPOPTSTRIP --strip-options foo;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 2,2;;FAIL
-p tcp -j TCPOPTSTRIP;=;OK
-j TCPOPTSTRIP --strip-options 2;;FAIL
*filter
:INPUT
-p tcp -j TCPOPTSTRIP --strip-options 2;;FAIL
