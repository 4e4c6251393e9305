:INPUT,FORWARD,OUTPUT
-m limit;-m limit --limit 3/hour;OK
-m limit --limit 5/sec;=;OK
-m limit --limit 5/s;-m limit --limit 5/sec;OK
-m limit --limit 5;-m limit --limit 5/sec;OK
-m limit --limit 7/min;=;OK
-m limit --limit 7/minute -j ACCEPT;-m limit --limit 7/min -j ACCEPT;OK
-m limit --limit 1/day;;FAIL
-m limit --limit 1/day --limit-burst 1;=;OK
-m limit --limit 60/min;-m limit --limit 1/sec;OK
-m limit --limit 100/hour;=;OK
-m limit --limit 10000/sec;=;OK
-m limit --limit 10001/sec;;FAIL
-m limit --limit 3/hour --limit-burst 7;=;OK
-m limit --limit 3/hour --limit-burst 5;-m limit --limit 3/hour;OK
-m limit --limit 0/sec;;FAIL
-m limit --limit 5/fortnight;;FAIL
-m limit --limit 5/;;FAIL
-m limit --limit x/sec;;FAIL
-m limit --limit "";;FAIL
-m limit ! --limit 5/sec;;FAIL
-m limit --limit 5/sec --limit 6/sec;;FAIL
-m limit --limit-burst 0;;FAIL
-m limit --limit-burst 10000 --limit 1/sec;-m limit --limit 1/sec --limit-burst 10000;OK
-m limit --limit-burst 10001;;FAIL
-m limit --limit-burst x;;FAIL
-m limit --limit 1/day --limit-burst 100;;FAIL
-m limit --limit 1500/min;-m limit --limit 25/sec;OK
-m limit --limit 7000/day;=;OK
*filter
:INPUT
-m limit --limit 1/s;-m limit --limit 1/sec;OK
-m limit --limit 1/m;-m limit --limit 1/min;OK
-m limit --limit 1/h;-m limit --limit 1/hour;OK
-m limit --limit 1/d;;FAIL
-m limit --limit 61/min;=;OK
-m limit --limit 3600/hour;-m limit --limit 1/sec;OK
-m limit --limit 3601/hour;=;OK
-m limit --limit 86400/day;-m limit --limit 1/sec;OK
-m limit --limit 86401/day;-m limit --limit 1/sec;OK;LOSSY
-m limit --limit 3/minutes;;FAIL
-m limit --limit 3/SEC;-m limit --limit 3/sec;OK
-m limit --limit -3/s;;FAIL
-m limit --limit 4294967296/s;;FAIL
-m limit --limit 3.5/s;-m limit --limit 3/sec;OK
-m limit --limit 1/s --limit-burst 5;-m limit --limit 1/sec;OK
-m limit --limit 1/s --limit-burst 1 --limit-burst 1;;FAIL
-m limit --limit 1/day --limit-burst 49;=;OK
-m limit --limit 1/day --limit-burst 50;;FAIL
*filter
:INPUT
-m limit --limit /5;;FAIL
-m limit --limit +5/s;-m limit --limit 5/sec;OK
-m limit --limit -5/s;;FAIL
-m limit --limit x5/s;;FAIL
-m limit --limit 5x/s;-m limit --limit 5/sec;OK
-m limit --limit /;;FAIL
-m limit --limit 5/day;=;OK
-m limit --limit 6/hour;=;OK
-m limit --limit 25/hour;=;OK
-m limit --limit 1500/hour;-m limit --limit 25/min;OK
-m limit --limit 1440/day;-m limit --limit 1/min;OK
-m limit --limit 100/min;=;OK
*filter
:INPUT
-m limit --limit 1/day --limit-burst 10000;;FAIL
-m limit --limit 1/day --limit-burst 1000;;FAIL
-m limit --limit 5/day --limit-burst 0;;FAIL
-m limit --limit 10000/s --limit-burst 10000;-m limit --limit 10000/sec --limit-burst 10000;OK
-m limit --limit 1/h --limit-burst 10000;-m limit --limit 1/hour --limit-burst 10000;OK
