*mangle
:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
-j MARK --set-mark 1;-j MARK --set-xmark 0x1/0xffffffff;OK
-j MARK --set-mark 0x3/0xc;-j MARK --set-xmark 0x3/0xf;OK
-j MARK --set-xmark 0x3/0xc;=;OK
-j MARK --set-xmark 5;-j MARK --set-xmark 0x5/0xffffffff;OK
-j MARK --and-mark 0xff;-j MARK --set-xmark 0x0/0xffffff00;OK
-j MARK --or-mark 0x10;-j MARK --set-xmark 0x10/0x10;OK
-j MARK --xor-mark 0x10;-j MARK --set-xmark 0x10/0x0;OK
-j MARK --set-mark 0;-j MARK --set-xmark 0x0/0xffffffff;OK
-j MARK --set-mark x;;FAIL
-j MARK --set-mark 4294967296;;FAIL
-j MARK --and-mark 4294967296;;FAIL
-j MARK --and-mark 1/2;;FAIL
-j MARK --set-mark 1 --or-mark 2;;FAIL
-j MARK --set-mark 1 --set-xmark 2;;FAIL
-j MARK --set-mark 1 --set-mark 2;;FAIL
-j MARK ! --set-mark 1;;FAIL
-j MARK;;FAIL
*filter
:INPUT,FORWARD,OUTPUT
-j MARK --set-mark 7;-j MARK --set-xmark 0x7/0xffffffff;OK
*nat
:PREROUTING
-j MARK --set-mark 7;-j MARK --set-xmark 0x7/0xffffffff;OK
*raw
:PREROUTING
-j MARK --set-mark 7;-j MARK --set-xmark 0x7/0xffffffff;OK
*mangle
:PREROUTING
-j MARK --set-mark 0x10/0x0f;-j MARK --set-xmark 0x10/0x1f;OK
-j MARK --set-xmark 0/0xff;-j MARK --set-xmark 0x0/0xff;OK
-j MARK --set-xmark 0xff/0xff;=;OK
-j MARK --and-mark 0;-j MARK --set-xmark 0x0/0xffffffff;OK
-j MARK --and-mark 4294967295;-j MARK --set-xmark 0x0/0x0;OK
-j MARK --or-mark 0;-j MARK --set-xmark 0x0/0x0;OK
-j MARK --or-mark 4294967295;-j MARK --set-xmark 0xffffffff/0xffffffff;OK
-j MARK --xor-mark 0;-j MARK --set-xmark 0x0/0x0;OK
-j MARK --or-mark 1 --xor-mark 1;;FAIL
-j MARK --and-mark x;;FAIL
-j MARK --set-mark 1/x;;FAIL
*security
:INPUT,FORWARD,OUTPUT
-j MARK --set-xmark 0x1/0xffffffff;=;OK
