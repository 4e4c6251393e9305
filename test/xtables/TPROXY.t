*mangle
:PREROUTING
-p tcp -j TPROXY --on-port 80;-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0;OK
-p tcp -j TPROXY --on-port 80 --on-ip 127.0.0.1 --tproxy-mark 1/1;-p tcp -j TPROXY --on-port 80 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1;OK
-j TPROXY --on-port 80;;FAIL
-p tcp -j TPROXY;;FAIL
:INPUT
-p tcp -j TPROXY --on-port 80;;FAIL
:PREROUTING
-p tcp -j TPROXY --on-port foo;;FAIL
*mangle
:PREROUTING
-p tcp -j TPROXY --on-port 0;-p tcp -j TPROXY --on-port 0 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0;OK
-p tcp -j TPROXY --on-port http;-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0;OK
-p tcp -j TPROXY --on-port 65536;-p tcp -j TPROXY --on-port 0 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0;OK
-p udp -j TPROXY --on-port 80;-p udp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0;OK
-p udp -j TPROXY --on-port 80 --on-ip 1.2.3.4;-p udp -j TPROXY --on-port 80 --on-ip 1.2.3.4 --tproxy-mark 0x0/0x0;OK
-p tcp -j TPROXY --on-port 80 --tproxy-mark 1;-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x1/0xffffffff;OK
-p tcp -j TPROXY --on-port 80 --tproxy-mark 0x1/0xff;-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x1/0xff;OK
-p tcp -j TPROXY --on-port 80 --tproxy-mark x;;FAIL
-p tcp -j TPROXY --on-port 80 --on-ip x;;FAIL
-p tcp -j TPROXY --on-port 80 --on-port 80;;FAIL
! -p tcp -j TPROXY --on-port 80;;FAIL
-p icmp -j TPROXY --on-port 80;;FAIL
*filter
:FORWARD
-p tcp -j TPROXY --on-port 80;;FAIL
