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
