:INPUT,FORWARD,OUTPUT
-m iprange --src-range 10.0.0.1-10.0.0.9;=;OK
-m iprange --dst-range 10.0.0.1-10.0.0.9 -j ACCEPT;=;OK
-m iprange ! --src-range 10.0.0.1-10.0.0.9 ! --dst-range 1.1.1.1-2.2.2.2;=;OK
-m iprange --src-range 10.0.0.1;-m iprange --src-range 10.0.0.1-10.0.0.1;OK
-m iprange --src-range 10.0.0.9-10.0.0.1;=;OK
-m iprange --src-range 10-11;-m iprange --src-range 10.0.0.0-11.0.0.0;OK
-m iprange --src-range 10.0.0.1-10.0.0.256;;FAIL
-m iprange --src-range 10.0.0.0/8;;FAIL
-m iprange --src-range foo;;FAIL
-m iprange --src-range -;;FAIL
-m iprange;;FAIL
-m iprange --src-range 1.1.1.1 --src-range 1.1.1.2;;FAIL
-m iprange --dst-range 1.1.1.1-1.1.1.2 --src-range 3.3.3.3-4.4.4.4;-m iprange --src-range 3.3.3.3-4.4.4.4 --dst-range 1.1.1.1-1.1.1.2;OK
*filter
:INPUT
-m iprange ! --dst-range 1.1.1.1-1.1.1.1;=;OK
-m iprange --src-range 1.1.1.1-;;FAIL
-m iprange --src-range -1.1.1.1;;FAIL
-m iprange --src-range 1.1.1.1-1.1.1.2-1.1.1.3;;FAIL
-m iprange --src-range 0.0.0.0-255.255.255.255;=;OK
-m iprange --src-range "1.1.1.1 - 1.1.1.2";;FAIL
-m iprange --src-range 1.1.1.1-1.1.1.2/24;;FAIL
*filter
:INPUT
-m iprange --src-range 0000000010.0.0.000001;-m iprange --src-range 8.0.0.0-8.0.0.0;OK
-m iprange --src-range 10.0.0.1-;;FAIL
-m iprange --src-range -10.0.0.1;;FAIL
-m iprange --src-range 10.0.0.1-10.0.0.0000000000002;-m iprange --src-range 10.0.0.1-10.0.0.0;OK
-m iprange --src-range 010.0.0.1-010.0.0.2;-m iprange --src-range 8.0.0.1-8.0.0.2;OK
*filter
:INPUT
-m iprange --dst-range 10.0.0.1-;;FAIL
