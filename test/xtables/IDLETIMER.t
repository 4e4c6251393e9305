*filter
:INPUT
-j IDLETIMER --timeout 60 --label foo;=;OK
-j IDLETIMER --timeout 0 --label foo;;FAIL
-j IDLETIMER --timeout 10;;FAIL
-j IDLETIMER --label foo;;FAIL
