*filter
:INPUT
-p tcp -m tcpmss --mss 100:50;;FAIL
-p tcp -m tcpmss --mss 100:;-p tcp -m tcpmss --mss 100:65535;OK
-p tcp -m tcpmss ! --mss 100;=;OK
-m tcpmss --mss 100;;FAIL
*filter
:INPUT
-p tcp -m tcpmss --mss 100:200;=;OK
-p tcp -m tcpmss --mss :200;-p tcp -m tcpmss --mss 0:200;OK
-p tcp -m tcpmss --mss 100:100;-p tcp -m tcpmss --mss 100;OK
-p tcp -m tcpmss ! --mss 100:200;=;OK
-p tcp -m tcpmss --mss 65535;=;OK
-p tcp -m tcpmss --mss 65536;;FAIL
-p tcp -m tcpmss --mss x;;FAIL
-p tcp -m tcpmss;;FAIL
! -p tcp -m tcpmss --mss 100;;FAIL
