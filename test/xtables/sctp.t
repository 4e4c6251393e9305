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
*filter
:INPUT
-p sctp ! --sport 5:9;-p sctp -m sctp ! --sport 5:9;OK
-p sctp --sport http --dport domain;;FAIL
-p sctp --sport 1 --sport 1;;FAIL
-p sctp --dport 1 --dport 1;;FAIL
-p sctp --chunk-types any DATA --chunk-types any DATA;;FAIL
-p sctp --chunk-types any DATA:I;-p sctp -m sctp --chunk-types any DATA:I;OK
-p sctp --chunk-types any DATA:i;-p sctp -m sctp --chunk-types any DATA:i;OK
-p sctp --chunk-types any DATA:BEU;-p sctp -m sctp --chunk-types any DATA:UBE;OK
-p sctp --chunk-types any DATA:bbEE;-p sctp -m sctp --chunk-types any DATA:bE;OK
-p sctp --chunk-types any DATA:;-p sctp -m sctp --chunk-types any DATA;OK
-p sctp --chunk-types any ABORT:T;-p sctp -m sctp --chunk-types any ABORT:T;OK
-p sctp --chunk-types any ABORT:t;-p sctp -m sctp --chunk-types any ABORT:t;OK
-p sctp --chunk-types any SHUTDOWN_COMPLETE:T;-p sctp -m sctp --chunk-types any SHUTDOWN_COMPLETE:T;OK
-p sctp --chunk-types any INIT_ACK,SACK,HEARTBEAT_ACK,SHUTDOWN,SHUTDOWN_ACK,ERROR,COOKIE_ECHO,COOKIE_ACK,ECN_ECNE,ECN_CWR,ASCONF,ASCONF_ACK,FORWARD_TSN,RE_CONFIG,PAD;-p sctp -m sctp --chunk-types any INIT_ACK,SACK,HEARTBEAT_ACK,SHUTDOWN,SHUTDOWN_ACK,ERROR,COOKIE_ECHO,COOKIE_ACK,ECN_ECNE,ECN_CWR,ASCONF_ACK,RE_CONFIG,PAD,FORWARD_TSN,ASCONF;OK
-p sctp --chunk-types any data;-p sctp -m sctp --chunk-types any DATA;OK
-p sctp --chunk-types any DATA,DATA:U;-p sctp -m sctp --chunk-types any DATA:U;OK
-p sctp --chunk-types any DATA:U,DATA:B;-p sctp -m sctp --chunk-types any DATA:UB;OK
-p sctp --chunk-types any "";-p sctp -m sctp --chunk-types any NONE;OK
-p sctp --chunk-types any DATA,;-p sctp -m sctp --chunk-types any DATA;OK
-p sctp --chunk-types any I-DATA;;FAIL
-p sctp --chunk-types any I-FORWARD_TSN;;FAIL
-p sctp --chunk-types ANY DATA;-p sctp -m sctp --chunk-types any DATA;OK
-p sctp ! --chunk-types all ALL;-p sctp -m sctp ! --chunk-types all ALL;OK
-p sctp ! --chunk-types any NONE;-p sctp -m sctp ! --chunk-types any NONE;OK
-p sctp --chunk-types only ALL;-p sctp -m sctp --chunk-types only ALL;OK
-p sctp --chunk-types any 5;;FAIL
-p sctp --chunk-types any DATA:U,ABORT:T,SHUTDOWN_COMPLETE:T,ASCONF:U;;FAIL
-p sctp;=;OK
-p sctp -m sctp;=;OK
-p tcp -m sctp --dport 1;;FAIL
-p sctp --dport :5;-p sctp -m sctp --dport 0:5;OK
-p sctp --dport foo;;FAIL
*filter
:INPUT
-p sctp --chunk-types any :x;;FAIL
-p sctp --chunk-types any INIT:;-p sctp -m sctp --chunk-types any INIT;OK
-p sctp --chunk-types any FOO:x;;FAIL
-p sctp --chunk-types any DATA:-;-p sctp -m sctp --chunk-types any DATA:-;OK
-p sctp --chunk-types any DATA:Ux;;FAIL
-p sctp --chunk-types any DATA:U,ABORT:T,SHUTDOWN_COMPLETE:T,DATA:b;-p sctp -m sctp --chunk-types any DATA:Ub,ABORT:T,SHUTDOWN_COMPLETE:T;OK
-p sctp --chunk-types any DATA:U,DATA:b,ABORT:T;-p sctp -m sctp --chunk-types any DATA:Ub,ABORT:T;OK
-p sctp --chunk-types all ALL:;;FAIL
-p sctp --chunk-types any NONE:x;;FAIL
-p sctp --sport 1 --source-port 2;;FAIL
-p sctp --dport 1 --destination-port 2;;FAIL
-p sctp --chunk-types any DATA --chunk-types any INIT;;FAIL
-p sctp --dport http;;FAIL
-p sctp --sport http:https;;FAIL
-p sctp --dport 9899;-p sctp -m sctp --dport 9899;OK
*filter
:INPUT
-p sctp --sport 0:65535;-p sctp -m sctp --sport 0:65535;OK
-p sctp --dport 0:65535;-p sctp -m sctp --dport 0:65535;OK
-p sctp ! --sport 0:65535;-p sctp -m sctp ! --sport 0:65535;OK
-p sctp --sport :;-p sctp -m sctp --sport 0:65535;OK
-p sctp --chunk-types any INIT:-,SACK:-,DATA:U,ABORT:T,SHUTDOWN_COMPLETE:T;;FAIL
-p sctp --chunk-types any DATA:U,INIT:-,SACK:-,ABORT:T;-p sctp -m sctp --chunk-types any DATA:U,INIT:-,SACK:-,ABORT:T;OK
