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
