*filter
:INPUT,FORWARD
-m policy --dir in --pol none;=;OK
-m policy --dir in;-m policy --dir in --pol ipsec;OK
-m policy --dir in --pol ipsec --strict --reqid 1 --spi 0x10 --proto esp --mode tunnel --tunnel-src 10.0.0.0/8 ! --tunnel-dst 10.1.1.1 --next --reqid 2;-m policy --dir in --pol ipsec --strict --reqid 1 --spi 0x10 --proto esp --mode tunnel ! --tunnel-dst 10.1.1.1 --tunnel-src 10.0.0.0/8 --next --reqid 2;OK
-m policy --dir in --pol ipsec ! --spi 4 --proto ah;-m policy --dir in --pol ipsec ! --spi 0x4 --proto ah;OK
-m policy --dir in --pol ipsec --proto 108;-m policy --dir in --pol ipsec --proto ipcomp;OK
-m policy --dir in --pol none --reqid 1;-m policy --dir in --pol none;OK;LOSSY
-m policy --dir in --pol none --strict;;FAIL
-m policy --dir in --pol ipsec --strict;;FAIL
-m policy --dir in --pol ipsec --next;;FAIL
-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 2 --next --reqid 3 --next --reqid 4;=;OK
-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 2 --next --reqid 3 --next --reqid 4 --next --reqid 5;;FAIL
-m policy --dir in --pol ipsec --tunnel-src 10.0.0.1 --mode transport;;FAIL
-m policy --dir in --pol ipsec --tunnel-src 10.0.0.1;;FAIL
-m policy --dir in --pol ipsec --proto tcp;;FAIL
-m policy --dir in --pol ipsec --reqid 1 --reqid 2;;FAIL
-m policy --dir in --pol ipsec --mode foo;;FAIL
-m policy --dir in --pol foo;;FAIL
-m policy --dir foo;;FAIL
-m policy --pol none;;FAIL
:OUTPUT
-m policy --dir out --pol none;=;OK
-m policy --dir in --pol none;;FAIL
:INPUT
-m policy --dir out --pol none;;FAIL
*filter
:FORWARD
-m policy --pol none --dir in --next;;FAIL
-m policy --pol none --dir in --next --next;;FAIL
-m policy --pol none --dir in --proto esp;-m policy --dir in --pol none;OK;LOSSY
-m policy --dir in --pol none --reqid 5 --next --reqid 6;;FAIL
# Numbers that are none
-m policy --dir in --pol ipsec --spi foo;;FAIL
-m policy --dir in ! --pol ipsec;;FAIL
-m policy ! --dir in --pol ipsec;;FAIL
-m policy --dir in --pol ipsec ! --strict --reqid 1;;FAIL
