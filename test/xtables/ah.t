*filter
:INPUT
-p ah -m ah --ahspi 9:50;=;OK
-p ah -m ah ! --ahspi 0;=;OK
-p ah -m ah;=;OK
