*filter
:INPUT
-m cpu ! --cpu 1;=;OK
*filter
:INPUT
-m cpu --cpu 0;=;OK
-m cpu --cpu 4294967295;=;OK
-m cpu --cpu 4294967296;;FAIL
-m cpu;;FAIL
-m cpu --cpu 0 --cpu 0;;FAIL
