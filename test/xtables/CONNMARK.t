*mangle
:PREROUTING,FORWARD,OUTPUT
-j CONNMARK --set-mark 1;-j CONNMARK --set-xmark 0x1/0xffffffff;OK
-j CONNMARK --set-mark 0x3/0xc;-j CONNMARK --set-xmark 0x3/0xf;OK
-j CONNMARK --set-xmark 0x3/0xc;=;OK
-j CONNMARK --and-mark 0xff;-j CONNMARK --set-xmark 0x0/0xffffff00;OK
-j CONNMARK --or-mark 0x10;-j CONNMARK --set-xmark 0x10/0x10;OK
-j CONNMARK --xor-mark 0x10;-j CONNMARK --set-xmark 0x10/0x0;OK
-j CONNMARK --save-mark;-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff;OK
-j CONNMARK --restore-mark;-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff;OK
-j CONNMARK --save-mark --mask 0xff;-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff;OK
-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff00;=;OK
-j CONNMARK --restore-mark --ctmask 0xff00 --nfmask 0xff;-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff00;OK
-j CONNMARK --restore-mark --nfmask 0x1;-j CONNMARK --restore-mark --nfmask 0x1 --ctmask 0xffffffff;OK
-j CONNMARK --set-xmark 0x1/0xffffffff --left-shift-mark 8;=;OK
-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff --right-shift-mark 3;=;OK
-j CONNMARK --save-mark --left-shift-mark 0;-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff;OK
-j CONNMARK --save-mark --left-shift-mark 33;;FAIL
-j CONNMARK --save-mark --restore-mark;;FAIL
-j CONNMARK --save-mark --mask 1 --nfmask 2;;FAIL
-j CONNMARK --set-mark 1 --save-mark;;FAIL
-j CONNMARK --mask 1;;FAIL
-j CONNMARK --left-shift-mark 1;;FAIL
-j CONNMARK;;FAIL
-j CONNMARK --set-mark x;;FAIL
*filter
:INPUT
-j CONNMARK --set-mark 2;-j CONNMARK --set-xmark 0x2/0xffffffff;OK
