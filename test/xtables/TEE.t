*mangle
:PREROUTING,POSTROUTING
-j TEE --gateway 1.1.1.1;=;OK
-j TEE --gateway 1.1.1.1 --oif eth1;=;OK
-j TEE --gateway 127.0.0.1;=;OK
-j TEE --gateway 0.0.0.0;;FAIL
-j TEE --gateway 1.1.1.256;;FAIL
-j TEE --oif eth1;;FAIL
-j TEE;;FAIL
