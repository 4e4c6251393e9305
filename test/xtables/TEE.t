*mangle
:PREROUTING,POSTROUTING
-j TEE --gateway 1.1.1.1;=;OK
-j TEE --gateway 1.1.1.1 --oif eth1;=;OK
-j TEE --gateway 127.0.0.1;=;OK
-j TEE --gateway 0.0.0.0;;FAIL
-j TEE --gateway 1.1.1.256;;FAIL
-j TEE --oif eth1;;FAIL
-j TEE;;FAIL
*mangle
:PREROUTING
-j TEE --gateway 1.1.1.1 --gateway 1.1.1.1;;FAIL
-j TEE --gateway localhost;-j TEE --gateway 127.0.0.1;OK
-j TEE --gateway 1.1.1.1 --oif sixteencharacters;-j TEE --gateway 1.1.1.1 --oif sixteencharacte;OK
-j TEE --gateway 1.1.1.1 --oif fifteencharacte;=;OK
-j TEE --gateway 1.1.1.1 --oif "a b";-j TEE --gateway 1.1.1.1 --oif a b;OK;LOSSY
