*mangle
:INPUT,POSTROUTING
-j RATEEST --rateest-name RE1 --rateest-interval 250.0ms --rateest-ewmalog 500.0ms;=;OK
-j RATEEST --rateest-name RE1 --rateest-interval 1s --rateest-ewmalog 4s;-j RATEEST --rateest-name RE1 --rateest-interval 1.0s --rateest-ewmalog 4.0s;OK;LOSSY
-j RATEEST --rateest-name RE1 --rateest-interval 250000 --rateest-ewmalog 2e6;-j RATEEST --rateest-name RE1 --rateest-interval 250.0ms --rateest-ewmalog 2.0s;OK;LOSSY
-j RATEEST --rateest-name RE1 --rateest-interval 8s --rateest-ewmalog 60secs;-j RATEEST --rateest-name RE1 --rateest-interval 8.0s --rateest-ewmalog 64.0s;OK;LOSSY
-j RATEEST --rateest-name averylongnameofarate --rateest-interval 1s --rateest-ewmalog 4s;-j RATEEST --rateest-name averylongnameof --rateest-interval 1.0s --rateest-ewmalog 4.0s;OK;LOSSY
-j RATEEST --rateest-name RE1 --rateest-interval 9s --rateest-ewmalog 60s;;FAIL
-j RATEEST --rateest-name RE1 --rateest-interval 1s --rateest-ewmalog 1s;;FAIL
-j RATEEST --rateest-name RE1 --rateest-interval foo --rateest-ewmalog 1s;;FAIL
-j RATEEST --rateest-name RE1 --rateest-interval 1s --rateest-ewmalog 1h;;FAIL
-j RATEEST --rateest-interval 1s --rateest-ewmalog 2s;;FAIL
-j RATEEST --rateest-name RE1 --rateest-ewmalog 2s;;FAIL
-j RATEEST --rateest-name RE1;;FAIL
*mangle
:INPUT
-j RATEEST --rateest-name RE9 --rateest-interval 1 --rateest-ewmalog 2;-j RATEEST --rateest-name RE9 --rateest-interval 250.0ms --rateest-ewmalog 500.0ms;OK
-j RATEEST --rateest-name RE9 --rateest-interval 1us --rateest-ewmalog 1s;-j RATEEST --rateest-name RE9 --rateest-interval 250.0ms --rateest-ewmalog 2223.0s;OK;LOSSY
-j RATEEST --rateest-name RE9 --rateest-interval 250msec --rateest-ewmalog 1sec;-j RATEEST --rateest-name RE9 --rateest-interval 250.0ms --rateest-ewmalog 1.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval 500msecs --rateest-ewmalog 1secs;-j RATEEST --rateest-name RE9 --rateest-interval 500.0ms --rateest-ewmalog 1.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval 1000000usec --rateest-ewmalog 2000000usecs;-j RATEEST --rateest-name RE9 --rateest-interval 1.0s --rateest-ewmalog 2.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval 2.5s --rateest-ewmalog 10s;-j RATEEST --rateest-name RE9 --rateest-interval 4.0s --rateest-ewmalog 16.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval .25s --rateest-ewmalog 1s;-j RATEEST --rateest-name RE9 --rateest-interval 250.0ms --rateest-ewmalog 1.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval 4s --rateest-ewmalog 40s;-j RATEEST --rateest-name RE9 --rateest-interval 4.0s --rateest-ewmalog 32.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval 1s --rateest-ewmalog 30s;-j RATEEST --rateest-name RE9 --rateest-interval 1.0s --rateest-ewmalog 16.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval -1s --rateest-ewmalog 30s;;FAIL
-j RATEEST --rateest-name RE9 --rateest-interval 1s --rateest-ewmalog foo;;FAIL
-j RATEEST --rateest-name RE9 --rateest-interval 1s --rateest-interval 1s --rateest-ewmalog 30s;;FAIL
-j RATEEST --rateest-name RE9 --rateest-name RE8 --rateest-interval 1s --rateest-ewmalog 30s;;FAIL
-j RATEEST --rateest-name RE9 --rateest-interval 1s --rateest-ewmalog 30s --rateest-ewmalog 30s;;FAIL
-j RATEEST --rateest-name "" --rateest-interval 1s --rateest-ewmalog 30s;-j RATEEST --rateest-name  --rateest-interval 1.0s --rateest-ewmalog 16.0s;OK;LOSSY
-j RATEEST --rateest-name 0123456789abcde --rateest-interval 1s --rateest-ewmalog 30s;-j RATEEST --rateest-name 0123456789abcde --rateest-interval 1.0s --rateest-ewmalog 16.0s;OK
-j RATEEST;;FAIL
*mangle
:INPUT
-j RATEEST --rateest-name RE9 --rateest-interval x250ms --rateest-ewmalog 1s;;FAIL
-j RATEEST --rateest-name RE9 --rateest-interval 25e+4 --rateest-ewmalog 1s;-j RATEEST --rateest-name RE9 --rateest-interval 250.0ms --rateest-ewmalog 1.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval 25e-02s --rateest-ewmalog 1s;-j RATEEST --rateest-name RE9 --rateest-interval 250.0ms --rateest-ewmalog 1.0s;OK
-j RATEEST --rateest-name RE9 --rateest-interval 1us --rateest-ewmalog 1000s;-j RATEEST --rateest-name RE9 --rateest-interval 250.0ms --rateest-ewmalog 0us;OK;LOSSY
-j RATEEST --rateest-name RE9 --rateest-interval 0 --rateest-ewmalog 1s;;FAIL
-j RATEEST --rateest-name RE9 --rateest-interval 0 --rateest-ewmalog 0;;FAIL
# One estimator that is held, and one that has gone
%iptables -t security -A OUTPUT -j RATEEST --rateest-name held --rateest-interval 1s --rateest-ewmalog 4s
%iptables -t mangle -A OUTPUT -j RATEEST --rateest-name gone --rateest-interval 1s --rateest-ewmalog 4s
%iptables -t mangle -F OUTPUT
-j RATEEST --rateest-name held --rateest-interval 1.0s --rateest-ewmalog 4.0s;=;OK
-j RATEEST --rateest-name held --rateest-interval 1.0s --rateest-ewmalog 8.0s;;FAIL
-j RATEEST --rateest-name held --rateest-interval 500.0ms --rateest-ewmalog 2.0s;;FAIL
-j RATEEST --rateest-name held --rateest-interval 500.0ms --rateest-ewmalog 4.0s;;FAIL
-j RATEEST --rateest-name gone --rateest-interval 1.0s --rateest-ewmalog 8.0s;=;OK
-j RATEEST --rateest-name gone --rateest-interval 500.0ms --rateest-ewmalog 2.0s;=;OK
