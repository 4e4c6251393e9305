*filter
:INPUT
-j NFQUEUE;-j NFQUEUE --queue-num 0;OK
-j QUEUE;=;OK
-g QUEUE;;FAIL
-j NFQUEUE --queue-num 5 --queue-bypass;=;OK
-j NFQUEUE --queue-balance 1:5 --queue-cpu-fanout;=;OK
-j NFQUEUE --queue-balance 5:1;;FAIL
-j NFQUEUE --queue-balance 5;;FAIL
-j NFQUEUE --queue-num 65536;;FAIL
-j NFQUEUE --queue-num 1 --queue-balance 1:2;;FAIL
-j NFQUEUE --queue-cpu-fanout;;FAIL
*filter
:INPUT
-j NFQUEUE --queue-num 0;=;OK
-j NFQUEUE --queue-num 65535;=;OK
-j NFQUEUE --queue-bypass;-j NFQUEUE --queue-num 0 --queue-bypass;OK
-j NFQUEUE --queue-balance 1:5;=;OK
-j NFQUEUE --queue-balance 1:5 --queue-bypass;=;OK
-j NFQUEUE --queue-balance 5:5;;FAIL
-j NFQUEUE --queue-balance 0:65535;;FAIL
-j NFQUEUE --queue-balance 1:;-j NFQUEUE --queue-balance 1:65535;OK
-j NFQUEUE --queue-balance :5;-j NFQUEUE --queue-balance 0:5;OK
-j NFQUEUE --queue-balance 1:2:3;;FAIL
-j NFQUEUE --queue-num 5 --queue-cpu-fanout;;FAIL
-j NFQUEUE --queue-num x;;FAIL
