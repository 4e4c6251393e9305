*filter
:INPUT
-m u32 --u32 "6&0xFF=17";-m u32 --u32 "0x6&0xff=0x11";OK
-m u32 ! --u32 "0>>22&0x3C@4=0x50:0x60,7&&8=5";-m u32 ! --u32 "0x0>>0x16&0x3c@0x4=0x50:0x60,0x7&&0x8=0x5";OK
-m u32 --u32 "4<<3=2";-m u32 --u32 "0x4<<0x3=0x2";OK
-m u32 --u32 "";;FAIL
-m u32 --u32 "6";;FAIL
-m u32 --u32 "6&0xFF";;FAIL
-m u32 --u32 "6&0xFF=";;FAIL
-m u32 --u32 "6=x";;FAIL
-m u32 --u32 "6&=1";;FAIL
-m u32 --u32 "6<1=1";;FAIL
-m u32 --u32 "6=1&2";;FAIL
-m u32 --u32 "6=1 && 7=2";-m u32 --u32 "0x6=0x1&&0x7=0x2";OK
-m u32 --u32 "6=1,";;FAIL
-m u32 --u32 "6|1=1";;FAIL
-m u32 --u32 "6=5:3";-m u32 --u32 "0x6=0x5:0x3";OK
-m u32;;FAIL
