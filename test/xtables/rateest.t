%iptables -t mangle -A INPUT -j RATEEST --rateest-name RE1 --rateest-interval 250ms --rateest-ewmalog 500ms
%iptables -t mangle -A INPUT -j RATEEST --rateest-name RE2 --rateest-interval 250ms --rateest-ewmalog 500ms
*filter
:INPUT
-m rateest --rateest RE1 --rateest-gt --rateest-bps 1000bit;=;OK
-m rateest --rateest RE1 --rateest-gt --rateest-bps 1mbit;-m rateest --rateest RE1 --rateest-gt --rateest-bps 1000Kbit;OK
-m rateest --rateest RE1 ! --rateest-lt --rateest-bps 2GBps;-m rateest --rateest RE1 ! --rateest-lt --rateest-bps 16000Mbit;OK
-m rateest --rateest RE1 --rateest-eq --rateest-pps 5;=;OK
-m rateest --rateest RE1 --rateest-pps 5 --rateest-bps 8 --rateest-lt;-m rateest --rateest RE1 --rateest-lt --rateest-bps 8bit --rateest-lt --rateest-pps 5;OK;LOSSY
-m rateest --rateest1 RE1 --rateest-lt --rateest-bps --rateest2 RE2;=;OK
-m rateest --rateest1 RE1 --rateest-gt --rateest-pps --rateest2 RE2;=;OK
-m rateest --rateest-delta --rateest1 RE1 --rateest-bps1 1000bit --rateest-gt --rateest-bps2 2000bit --rateest2 RE2;=;OK
-m rateest --rateest-delta --rateest1 RE1 --rateest-pps1 5 ! --rateest-eq --rateest-pps2 6 --rateest2 RE2;=;OK
-m rateest --rateest-delta --rateest RE1 --rateest-pps1 5 --rateest-eq --rateest-pps2 6;-m rateest --rateest-delta --rateest RE1 --rateest-pps1 5 --rateest-eq --rateest-pps2 6;OK
-m rateest --rateest nobody --rateest-gt --rateest-bps 1mbit;;FAIL
-m rateest --rateest1 RE1 --rateest2 nobody --rateest-gt --rateest-bps;;FAIL
-m rateest --rateest RE1 --rateest-gt;;FAIL
-m rateest --rateest RE1 --rateest-bps 5;;FAIL
-m rateest --rateest RE1 --rateest-gt --rateest-bps foo;;FAIL
-m rateest --rateest RE1 --rateest-gt --rateest-bps 5foo;;FAIL
-m rateest --rateest RE1 --rateest-gt --rateest-pps foo;;FAIL
-m rateest ! --rateest RE1 --rateest-gt --rateest-pps 5;;FAIL
-m rateest --rateest RE1 --rateest RE1 --rateest-gt --rateest-pps 5;;FAIL
-m rateest --rateest RE1 --rateest-gt --rateest-gt --rateest-pps 5;;FAIL
-m rateest --rateest RE1 --rateest-gt --rateest-pps 5 --rateest-pps 6;;FAIL
*filter
:INPUT
-m rateest --rateest x --rateest-gt --rateest-bps x5bit;;FAIL
-m rateest --rateest RE1 --rateest-gt --rateest-bps 80x;;FAIL
-m rateest --rateest RE1 --rateest-gt --rateest-bps 1000.5kbit;-m rateest --rateest RE1 --rateest-gt --rateest-bps 1000Kbit;OK;LOSSY
-m rateest --rateest RE1 --rateest-gt --rateest-bps .25kbit;-m rateest --rateest RE1 --rateest-gt --rateest-bps 248bit;OK
-m rateest --rateest RE1 --rateest-gt --rateest-bps 1e3bit;-m rateest --rateest RE1 --rateest-gt --rateest-bps 1000bit;OK
-m rateest --rateest RE1 --rateest-gt --rateest-bps 1e+3bit;-m rateest --rateest RE1 --rateest-gt --rateest-bps 1000bit;OK
-m rateest --rateest RE1 --rateest-gt --rateest-bps 1e10bit;-m rateest --rateest RE1 --rateest-gt --rateest-bps 10000Mbit;OK
-m rateest --rateest RE1 --rateest-gt --rateest-bps 1gbit;-m rateest --rateest RE1 --rateest-gt --rateest-bps 1000Mbit;OK
-m rateest --rateest RE1 --rateest-gt ! --rateest-bps 5;;FAIL
-m rateest --rateest RE1 --rateest-gt ! --rateest-pps 5;;FAIL
-m rateest --rateest1 RE1 --rateest2 RE2 ! --rateest-delta --rateest-gt --rateest-pps1 5 --rateest-pps2 6;;FAIL
-m rateest --rateest1 RE1 --rateest2 RE2 --rateest-delta --rateest-delta --rateest-gt --rateest-pps1 5 --rateest-pps2 6;;FAIL
%iptables -t mangle -A INPUT -j RATEEST --rateest-name 012345678901234 --rateest-interval 250ms --rateest-ewmalog 500ms
-m rateest --rateest 0123456789012345 --rateest-eq --rateest-pps 5;-m rateest --rateest 012345678901234 --rateest-eq --rateest-pps 5;OK
