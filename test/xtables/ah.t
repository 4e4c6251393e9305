*filter
:INPUT
-p ah -m ah --ahspi 9:50;=;OK
-p ah -m ah ! --ahspi 0;=;OK
-p ah -m ah;=;OK
*filter
:INPUT
-p ah -m ah --ahspi 5;=;OK
-p ah -m ah --ahspi 5:;-p ah -m ah --ahspi 5:4294967295;OK
-p ah -m ah ! --ahspi 5:9;=;OK
-p ah -m ah --ahspi :;-p ah -m ah;OK
-p ah -m ah --ahspi 9:5;=;OK
-m ah --ahspi 5;;FAIL
-p esp -m ah --ahspi 5;;FAIL
