*mangle
:PREROUTING
-p tcp -j ECN --ecn-tcp-remove;=;OK
-j ECN --ecn-tcp-remove;;FAIL
-j ECN;;FAIL
-j ECN --ecn-ip-ect 2;=;OK
-p tcp -j ECN --ecn-tcp-cwr 1 --ecn-tcp-ece 0;-p tcp -j ECN --ecn-tcp-ece 0 --ecn-tcp-cwr 1;OK
*filter
:INPUT
-p tcp -j ECN --ecn-tcp-remove;;FAIL
