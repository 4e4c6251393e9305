*filter
:INPUT
-m devgroup --src-group default;=;OK
-m devgroup ! --src-group 3/7;-m devgroup ! --src-group 0x3/0x7;OK
-m devgroup --src-group foo;;FAIL
-m devgroup --dst-group 3;;FAIL
:OUTPUT
-m devgroup --src-group 3;;FAIL
:FORWARD
-m devgroup --src-group 3x --dst-group 0;;FAIL
-m devgroup --src-group 3/x --dst-group 0;;FAIL
*filter
:FORWARD
-m devgroup --src-group 0x3 ! --dst-group 5;-m devgroup --src-group 0x3 ! --dst-group 0x5;OK
-m devgroup --src-group 3/0xffffffff;-m devgroup --src-group 0x3;OK
-m devgroup ! --dst-group default;=;OK
-m devgroup --dst-group 3/7;-m devgroup --dst-group 0x3/0x7;OK
-m devgroup --src-group 4294967295;-m devgroup --src-group 0xffffffff;OK
-m devgroup --src-group 4294967296;;FAIL
-m devgroup --src-group "";;FAIL
-m devgroup --src-group 3/;;FAIL
-m devgroup --src-group 3/4x;;FAIL
-m devgroup;;FAIL
-m devgroup --src-group 1 --src-group 1;;FAIL
:INPUT
-m devgroup --src-group 3;-m devgroup --src-group 0x3;OK
*mangle
:PREROUTING
-m devgroup --dst-group 3;;FAIL
-m devgroup --src-group 3;-m devgroup --src-group 0x3;OK
:POSTROUTING
-m devgroup --dst-group 3;-m devgroup --dst-group 0x3;OK
-m devgroup --src-group 3;;FAIL
