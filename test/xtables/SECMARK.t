*mangle
:INPUT
-j SECMARK --selctx foo;;FAIL
-j SECMARK;;FAIL
*security
:INPUT
-j SECMARK;;FAIL
