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
*mangle
:PREROUTING
-j TEE --gateway 10.1;-j TEE --gateway 10.0.0.1;OK
-j TEE --gateway 1.2.3.4.5;;FAIL
-j TEE --gateway 10.a;;FAIL
-j TEE --gateway a.10;;FAIL
-j TEE --gateway 10.1.2.256;;FAIL
-j TEE --gateway 10.16777215;-j TEE --gateway 10.255.255.255;OK
-j TEE --gateway 10.16777216;;FAIL
-j TEE --gateway 10.1.65536;;FAIL
-j TEE --gateway 10.1.65535;-j TEE --gateway 10.1.255.255;OK
-j TEE --gateway 4294967295;-j TEE --gateway 255.255.255.255;OK
-j TEE --gateway 4294967296;;FAIL
-j TEE --gateway foo$;;FAIL
-j TEE --gateway $foo;;FAIL
-j TEE --gateway fo$o;;FAIL
-j TEE --gateway _a;;FAIL
-j TEE --gateway a-;;FAIL
-j TEE --gateway -a;;FAIL
-j TEE --gateway a.b.c;;FAIL
-j TEE --gateway 10.0.0.1/8;;FAIL
-j TEE --gateway 1.2.3.;;FAIL
-j TEE --gateway .1.2.3;;FAIL
-j TEE --gateway 1..2;;FAIL
-j TEE --gateway 0x0a.1;-j TEE --gateway 10.0.0.1;OK
-j TEE --gateway 010.1;-j TEE --gateway 8.0.0.1;OK
