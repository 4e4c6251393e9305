*filter
:INPUT
-j AUDIT --type accept;=;OK
-j AUDIT --type foo;;FAIL
-j AUDIT;;FAIL
