*filter
:INPUT
-m tos --tos Minimize-Delay;-m tos --tos 0x10/0x3f;OK
-m tos ! --tos 4/0x3f;-m tos ! --tos 0x04/0x3f;OK
-m tos --tos 1x;;FAIL
-m tos --tos 1/x;;FAIL
-m tos --tos 300;;FAIL
-m tos --tos foo;;FAIL
-m tos --tos max;;FAIL
-m tos;;FAIL
*filter
:INPUT
-m tos --tos 0x10|0xff;;FAIL
-m tos --tos 0x10/0xff;=;OK
-m tos --tos 0x10x;;FAIL
-m tos --tos 16/;;FAIL
-m tos --tos /16;;FAIL
-m tos --tos Nothing;;FAIL
-m tos --tos 0x07/0x3f;=;OK
-m tos --tos 0x10/0x3f;=;OK
