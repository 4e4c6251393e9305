*mangle
:PREROUTING
-j HMARK --hmark-tuple src,dst --hmark-mod 10 --hmark-rnd 0xfeedcafe;-j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-rnd 0xfeedcafe --hmark-mod 10;OK;LOSSY
-j HMARK --hmark-tuple ct --hmark-mod 10 --hmark-offset 100 --hmark-rnd 1;-j HMARK --hmark-rnd 0x00000001 --hmark-mod 10 --hmark-offset 100 --hmark-tuple ct;OK
-j HMARK --hmark-src-prefix 24 --hmark-dst-prefix 16 --hmark-sport-mask 0xffff --hmark-dport-mask 0x00ff --hmark-sport 0x0001 --hmark-dport 0x0002 --hmark-proto-mask 0xff --hmark-rnd 0x00000007 --hmark-mod 255;=;OK
-j HMARK --hmark-spi-mask 0x00000001 --hmark-spi 0x00000004 --hmark-rnd 0x00000001 --hmark-mod 1;=;OK
-j HMARK --hmark-tuple s --hmark-mod 1 --hmark-rnd 1;-j HMARK --hmark-src-prefix 32 --hmark-rnd 0x00000001 --hmark-mod 1;OK;LOSSY
-j HMARK --hmark-tuple src,dst,sport,dport,proto,ct --hmark-mod 1 --hmark-rnd 1;-j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-sport-mask 0xffff --hmark-dport-mask 0xffff --hmark-proto-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 1 --hmark-tuple ct;OK;LOSSY
-j HMARK --hmark-tuple spi --hmark-mod 4294967295 --hmark-rnd 0;-j HMARK --hmark-spi-mask 0xffffffff --hmark-rnd 0x00000000 --hmark-mod 4294967295;OK;LOSSY
-j HMARK --hmark-spi 4 --hmark-sport 1 --hmark-mod 1 --hmark-rnd 1;;FAIL
-j HMARK --hmark-spi-mask 4 --hmark-sport-mask 1 --hmark-mod 1 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple foo --hmark-mod 1 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple src,, --hmark-mod 1 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple src, --hmark-mod 1 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple src --hmark-mod 0 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple src --hmark-mod 1;;FAIL
-j HMARK --hmark-tuple src --hmark-rnd 1;;FAIL
-j HMARK --hmark-mod 1 --hmark-rnd 1;;FAIL
-j HMARK --hmark-sport-mask 65536 --hmark-mod 1 --hmark-rnd 1;;FAIL
