:INPUT,FORWARD,OUTPUT
-j LOG;=;OK
-j LOG --log-prefix hello;=;OK
-j LOG --log-prefix "hello: ";=;OK
-j LOG --log-prefix "01234567890123456789012345678";-j LOG --log-prefix 01234567890123456789012345678;OK
-j LOG --log-prefix "012345678901234567890123456789";-j LOG --log-prefix 01234567890123456789012345678;OK
-j LOG --log-prefix "";;FAIL
-j LOG --log-level 7;=;OK
-j LOG --log-level 4;-j LOG;OK
-j LOG --log-level warning;-j LOG;OK
-j LOG --log-level debug;-j LOG --log-level 7;OK
-j LOG --log-level emerg;-j LOG --log-level 0;OK
-j LOG --log-level panic;-j LOG --log-level 0;OK
-j LOG --log-level error;-j LOG --log-level 3;OK
-j LOG --log-level err;;FAIL
-j LOG --log-level warn;;FAIL
-j LOG --log-level 8;;FAIL
-j LOG --log-level foo;;FAIL
-j LOG --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode;=;OK
-j LOG --log-macdecode --log-uid --log-prefix p --log-level 1;-j LOG --log-prefix p --log-level 1 --log-uid --log-macdecode;OK
-j LOG --log-uid --log-uid;;FAIL
-j LOG ! --log-uid;;FAIL
-j LOG --log-prefix a --log-prefix b;;FAIL
-m limit --limit 5/min -j LOG --log-prefix "IPTables-Dropped: " --log-level 4;-m limit --limit 5/min -j LOG --log-prefix "IPTables-Dropped: ";OK
*nat
:PREROUTING
-j LOG --log-prefix nat;=;OK
*filter
:INPUT
-j LOG --log-level alert;-j LOG --log-level 1;OK
-j LOG --log-level crit;-j LOG --log-level 2;OK
-j LOG --log-level info;-j LOG --log-level 6;OK
-j LOG --log-level notice;-j LOG --log-level 5;OK
-j LOG --log-level 0;=;OK
-j LOG --log-level 3;=;OK
-j LOG --log-level 5;=;OK
-j LOG --log-level WARNING;;FAIL
-j LOG --log-level "";;FAIL
-j LOG --log-tcp-sequence;=;OK
-j LOG --log-tcp-options;=;OK
-j LOG --log-ip-options;=;OK
-j LOG --log-macdecode;=;OK
-j LOG --log-prefix "a\"b";=;OK
-j LOG --log-prefix "a\\b";=;OK
*security
:INPUT,FORWARD,OUTPUT
-j LOG --log-prefix "s ";=;OK
# What cannot be turned round
-j LOG ! --log-level 5;;FAIL
-j LOG ! --log-prefix x;;FAIL
-j LOG ! --log-uid;;FAIL
