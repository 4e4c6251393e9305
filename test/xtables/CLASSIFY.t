*mangle
:FORWARD
-j CLASSIFY --set-class 1:10;-j CLASSIFY --set-class 0001:0010;OK
:OUTPUT
-j CLASSIFY --set-class ffff:ffff;=;OK
:POSTROUTING
-j CLASSIFY --set-class 0:0;-j CLASSIFY --set-class 0000:0000;OK
-j CLASSIFY --set-class ffffffff:1;-j CLASSIFY --set-class ffff:0001;OK
-j CLASSIFY --set-class 5;;FAIL
-j CLASSIFY;;FAIL
:PREROUTING
-j CLASSIFY --set-class 1:1;;FAIL
*filter
:FORWARD
-j CLASSIFY --set-class 1:1;-j CLASSIFY --set-class 0001:0001;OK
:INPUT
-j CLASSIFY --set-class 1:1;;FAIL
*mangle
:FORWARD
-j CLASSIFY --set-class 1:;;FAIL
-j CLASSIFY --set-class :1;;FAIL
-j CLASSIFY --set-class "";;FAIL
-j CLASSIFY --set-class 1:x;;FAIL
-j CLASSIFY --set-class 1:2x;-j CLASSIFY --set-class 0001:0002;OK
-j CLASSIFY --set-class 10:20 --set-class 10:20;;FAIL
*mangle
:POSTROUTING
-j CLASSIFY --set-class z1:2;;FAIL
-j CLASSIFY --set-class 0x1:0X2;-j CLASSIFY --set-class 0001:0002;OK
-j CLASSIFY --set-class 0Xa:0xb;-j CLASSIFY --set-class 000a:000b;OK
-j CLASSIFY --set-class 0z1:2;;FAIL
-j CLASSIFY --set-class 1:0z2;-j CLASSIFY --set-class 0001:0000;OK
