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
