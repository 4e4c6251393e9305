*filter
:INPUT
-m cpu ! --cpu 1;=;OK
