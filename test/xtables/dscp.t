*filter
:INPUT
-m dscp --dscp 64;;FAIL
-m dscp --dscp-class ef;-m dscp --dscp 0x2e;OK
-m dscp --dscp-class xx;;FAIL
-m dscp --dscp 1 --dscp-class ef;;FAIL
-m dscp;;FAIL
