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
*mangle
:PREROUTING
-p tcp -j TCPOPTSTRIP --strip-options 0;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 1;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 253;=;OK
-p tcp -j TCPOPTSTRIP --strip-options 254;=;OK
-p tcp -j TCPOPTSTRIP --strip-options 255;=;OK
-p tcp -j TCPOPTSTRIP --strip-options 256;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options MSS;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options "";;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 2,;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 31,32,33,63,64;=;OK
-p tcp -j TCPOPTSTRIP --strip-options 2 --strip-options 3;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options wscale;-p tcp -j TCPOPTSTRIP --strip-options 3;OK
! -p tcp -j TCPOPTSTRIP --strip-options 2;;FAIL
