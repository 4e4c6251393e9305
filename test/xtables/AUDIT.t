*filter
:INPUT
-j AUDIT --type accept;=;OK
-j AUDIT --type foo;;FAIL
-j AUDIT;;FAIL
*filter
:INPUT
-j AUDIT --type drop;=;OK
-j AUDIT --type reject;=;OK
-j AUDIT --type ACCEPT;-j AUDIT --type accept;OK
-j AUDIT --type "";;FAIL
-j AUDIT --type drop --type drop;;FAIL
