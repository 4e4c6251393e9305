*filter
:INPUT,FORWARD
-m connbytes --connbytes 5 --connbytes-mode packets --connbytes-dir both;=;OK
-m connbytes --connbytes 2: --connbytes-dir both --connbytes-mode packets;-m connbytes --connbytes 2 --connbytes-mode packets --connbytes-dir both;OK
-m connbytes ! --connbytes 4:10 --connbytes-mode avgpkt --connbytes-dir both;=;OK
-m connbytes --connbytes :4 --connbytes-dir original --connbytes-mode bytes;-m connbytes --connbytes 0:4 --connbytes-mode bytes --connbytes-dir original;OK
-m connbytes --connbytes 0:0 --connbytes-dir reply --connbytes-mode bytes;-m connbytes --connbytes 0 --connbytes-mode bytes --connbytes-dir reply;OK;LOSSY
-m connbytes ! --connbytes 7 --connbytes-mode bytes --connbytes-dir both;=;OK
-m connbytes ! --connbytes 7:7 --connbytes-mode bytes --connbytes-dir both;-m connbytes --connbytes 7:7 --connbytes-mode bytes --connbytes-dir both;OK
-m connbytes --connbytes 18446744073709551615 --connbytes-mode bytes --connbytes-dir both;=;OK
-m connbytes --connbytes 18446744073709551616 --connbytes-mode bytes --connbytes-dir both;;FAIL
-m connbytes --connbytes 9007199254740993:9007199254740995 --connbytes-mode bytes --connbytes-dir both;=;OK
-m connbytes --connbytes 0x10:020 --connbytes-mode bytes --connbytes-dir both;-m connbytes --connbytes 16:16 --connbytes-mode bytes --connbytes-dir both;OK
-m connbytes --connbytes 5:4 --connbytes-mode bytes --connbytes-dir both;;FAIL
-m connbytes --connbytes 5:6:7 --connbytes-mode bytes --connbytes-dir both;;FAIL
-m connbytes --connbytes 5x --connbytes-mode bytes --connbytes-dir both;;FAIL
-m connbytes --connbytes a --connbytes-mode bytes --connbytes-dir both;;FAIL
-m connbytes --connbytes 5 --connbytes-mode foo --connbytes-dir both;;FAIL
-m connbytes --connbytes 5 --connbytes-mode bytes --connbytes-dir foo;;FAIL
-m connbytes --connbytes 5 --connbytes-mode bytes ! --connbytes-dir both;;FAIL
-m connbytes --connbytes 5 --connbytes-mode bytes;;FAIL
-m connbytes --connbytes 5 --connbytes-dir both;;FAIL
-m connbytes --connbytes-mode bytes --connbytes-dir both;;FAIL
*filter
:INPUT
-m connbytes --connbytes 5:5 --connbytes-mode bytes --connbytes-dir reply;=;OK
-m connbytes --connbytes 4:5 --connbytes-mode avgpkt --connbytes-dir original;=;OK
-m connbytes --connbytes : --connbytes-mode packets --connbytes-dir original;-m connbytes --connbytes 0 --connbytes-mode packets --connbytes-dir original;OK
-m connbytes ! --connbytes 4: --connbytes-mode packets --connbytes-dir original;-m connbytes ! --connbytes 4 --connbytes-mode packets --connbytes-dir original;OK
-m connbytes ! --connbytes : --connbytes-mode packets --connbytes-dir original;-m connbytes ! --connbytes 0 --connbytes-mode packets --connbytes-dir original;OK
-m connbytes --connbytes 4:18446744073709551615 --connbytes-mode packets --connbytes-dir original;-m connbytes --connbytes 4 --connbytes-mode packets --connbytes-dir original;OK
-m connbytes --connbytes 4:18446744073709551614 --connbytes-mode packets --connbytes-dir original;=;OK
-m connbytes --connbytes "" --connbytes-mode packets --connbytes-dir original;-m connbytes --connbytes 0 --connbytes-mode packets --connbytes-dir original;OK
-m connbytes --connbytes 5 --connbytes 6 --connbytes-mode packets --connbytes-dir original;;FAIL
-m connbytes --connbytes 5 --connbytes-mode packets --connbytes-mode packets --connbytes-dir original;;FAIL
-m connbytes --connbytes 5 ! --connbytes-mode packets --connbytes-dir original;;FAIL
