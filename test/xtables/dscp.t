*filter
:INPUT
-m dscp --dscp 64;;FAIL
-m dscp --dscp-class ef;-m dscp --dscp 0x2e;OK
-m dscp --dscp-class xx;;FAIL
-m dscp --dscp 1 --dscp-class ef;;FAIL
-m dscp;;FAIL
*filter
:INPUT
-m dscp --dscp 0;-m dscp --dscp 0x00;OK
-m dscp --dscp 63;-m dscp --dscp 0x3f;OK
-m dscp ! --dscp 0x2e;=;OK
-m dscp ! --dscp-class af11;-m dscp ! --dscp 0x0a;OK
-m dscp --dscp-class CS0;-m dscp --dscp 0x00;OK
-m dscp --dscp-class BE;-m dscp --dscp 0x00;OK
-m dscp --dscp-class af43;-m dscp --dscp 0x26;OK
-m dscp --dscp-class cs7;-m dscp --dscp 0x38;OK
-m dscp --dscp-class "";;FAIL
-m dscp --dscp x;;FAIL
-m dscp --dscp 5 --dscp 5;;FAIL
# What stands behind a class
-m dscp --dscp-class AF11x;-m dscp --dscp 0x0a;OK
-m dscp ! --dscp-class BE,EF;-m dscp ! --dscp 0x00;OK
-m dscp --dscp-class AF;;FAIL
