*filter
:INPUT
-j NFQUEUE;-j NFQUEUE --queue-num 0;OK
-j NFQUEUE --queue-num 5 --queue-bypass;=;OK
-j NFQUEUE --queue-balance 1:5 --queue-cpu-fanout;=;OK
-j NFQUEUE --queue-balance 5:1;;FAIL
-j NFQUEUE --queue-balance 5;;FAIL
-j NFQUEUE --queue-num 65536;;FAIL
-j NFQUEUE --queue-num 1 --queue-balance 1:2;;FAIL
-j NFQUEUE --queue-cpu-fanout;;FAIL
