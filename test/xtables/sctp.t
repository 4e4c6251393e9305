*filter
:INPUT
-p sctp -m sctp --dport 80 --sport 1:2;-p sctp -m sctp --sport 1:2 --dport 80;OK
-p sctp ! --dport 80 --chunk-types all INIT,DATA:UBe;-p sctp -m sctp ! --dport 80 --chunk-types all DATA:UBe,INIT;OK
-p sctp --chunk-types any INIT;-p sctp -m sctp --chunk-types any INIT;OK
-p sctp ! --chunk-types only INIT,HEARTBEAT;-p sctp -m sctp ! --chunk-types only INIT,HEARTBEAT;OK
-p sctp --chunk-types any FOO;;FAIL
-p sctp --chunk-types foo INIT;;FAIL
-p sctp --chunk-types any DATA:x;;FAIL
-p sctp --chunk-types all ALL;-p sctp -m sctp --chunk-types all ALL;OK
-p sctp --chunk-types all NONE;-p sctp -m sctp --chunk-types all NONE;OK
-p sctp --chunk-types all INIT:I;;FAIL
-p sctp --chunk-types all;;FAIL
-m sctp --dport 1;;FAIL
-p sctp --dport 5:1;;FAIL
