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
*mangle
:PREROUTING
-j HMARK --hmark-tuple src --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-src-prefix 32 --hmark-rnd 0x00000001 --hmark-mod 2;OK;LOSSY
-j HMARK --hmark-tuple dst --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-dst-prefix 32 --hmark-rnd 0x00000001 --hmark-mod 2;OK;LOSSY
-j HMARK --hmark-tuple sport --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-sport-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-tuple dport --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-dport-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-tuple proto --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-proto-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-tuple src,sport,proto --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-src-prefix 32 --hmark-sport-mask 0xffff --hmark-proto-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 2;OK;LOSSY
-j HMARK --hmark-tuple dport,ct --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-dport-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 2 --hmark-tuple ct;OK
-j HMARK --hmark-tuple "" --hmark-mod 2 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple src --hmark-tuple src --hmark-mod 2 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple spi,sport --hmark-mod 2 --hmark-rnd 1;;FAIL
-j HMARK --hmark-src-prefix 0 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-src-prefix 0 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-src-prefix 32 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-src-prefix 32 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-dst-prefix 8 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-dst-prefix 8 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-dst-prefix 255.255.0.0 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-dst-prefix 16 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-sport 5 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-sport 0x0005 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-dport 5 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-dport 0x0005 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-sport-mask 0xf --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-sport-mask 0x000f --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-dport-mask 0xf --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-dport-mask 0x000f --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-spi 5 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-spi 0x00000005 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-spi-mask 5 --hmark-dport 2 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-spi-mask 0x00000005 --hmark-dport 0x0002 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-spi-mask 5 --hmark-dport-mask 2 --hmark-mod 2 --hmark-rnd 1;;FAIL
-j HMARK --hmark-proto-mask 255 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-proto-mask 0xff --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-proto-mask 256 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-proto-mask 0x100 --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-proto-mask 1 --hmark-sport 1 --hmark-tuple ct --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-sport 0x0001 --hmark-proto-mask 0x01 --hmark-rnd 0x00000001 --hmark-mod 2 --hmark-tuple ct;OK
-j HMARK --hmark-tuple src --hmark-mod 2 --hmark-rnd 1 --hmark-offset 4294967295;-j HMARK --hmark-src-prefix 32 --hmark-rnd 0x00000001 --hmark-mod 2 --hmark-offset 4294967295;OK;LOSSY
-j HMARK --hmark-tuple src --hmark-mod 2 --hmark-rnd 1 --hmark-offset 0;-j HMARK --hmark-src-prefix 32 --hmark-rnd 0x00000001 --hmark-mod 2 --hmark-offset 0;OK;LOSSY
-j HMARK --hmark-tuple src --hmark-mod 2 --hmark-rnd 4294967296;;FAIL
-j HMARK --hmark-tuple src,dst --hmark-spi 1 --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-spi 0x00000001 --hmark-rnd 0x00000001 --hmark-mod 2;OK;LOSSY
-j HMARK;;FAIL
*mangle
:PREROUTING
-j HMARK --hmark-tuple sport --hmark-sport-mask 0xffff --hmark-mod 2 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple src --hmark-src-prefix 24 --hmark-mod 2 --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple spi --hmark-spi-mask 1 --hmark-mod 2 --hmark-rnd 1;;FAIL
-j HMARK --hmark-sport-mask 0xf --hmark-tuple sport --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-sport-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-tuple sport,sport --hmark-mod 2 --hmark-rnd 1;-j HMARK --hmark-sport-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 2;OK
-j HMARK --hmark-spi 4 --hmark-dport 1 --hmark-mod 1 --hmark-rnd 1;;FAIL
# Numbers that are none
-j HMARK --hmark-tuple src --hmark-mod 5 --hmark-offset foo --hmark-rnd 1;;FAIL
-j HMARK --hmark-tuple src --hmark-mod 5 --hmark-dst-prefix 33 --hmark-rnd 1;-j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-rnd 0x00000001 --hmark-mod 5;OK;LOSSY
-j HMARK --hmark-tuple src --hmark-mod 5 --hmark-proto-mask foo --hmark-rnd 1;;FAIL
