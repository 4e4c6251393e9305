*filter
:INPUT
-j IDLETIMER --timeout 60 --label foo;=;OK
-j IDLETIMER --timeout 0 --label foo;;FAIL
-j IDLETIMER --timeout 10;;FAIL
-j IDLETIMER --label foo;;FAIL
*filter
:INPUT
-j IDLETIMER --timeout 60 --label 0123456789012345678901234567;-j IDLETIMER --timeout 60 --label 012345678901234567890123456;OK
-j IDLETIMER --timeout 60 --label 01234567890123456789012345678901;-j IDLETIMER --timeout 60 --label 012345678901234567890123456;OK
-j IDLETIMER --timeout 4294967295 --label foo;;FAIL
-j IDLETIMER --timeout 60 --label foo --alarm;=;OK
*filter
:INPUT
-j IDLETIMER --timeout 2147482 --label foo;=;OK
-j IDLETIMER --timeout 2147483 --label foo;;FAIL
-j IDLETIMER --timeout 60 --label "";;FAIL
