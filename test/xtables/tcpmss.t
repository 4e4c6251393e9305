*filter
:INPUT
-p tcp -m tcpmss --mss 100:50;;FAIL
-p tcp -m tcpmss --mss 100:;-p tcp -m tcpmss --mss 100:65535;OK
-p tcp -m tcpmss ! --mss 100;=;OK
-m tcpmss --mss 100;;FAIL
