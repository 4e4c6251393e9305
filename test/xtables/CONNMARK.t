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
*mangle
:PREROUTING
-j CONNMARK --set-mark 0x10/0x0f;-j CONNMARK --set-xmark 0x10/0x1f;OK
-j CONNMARK --set-mark 0xff/0xff;-j CONNMARK --set-xmark 0xff/0xff;OK
-j CONNMARK --set-xmark 0x1;-j CONNMARK --set-xmark 0x1/0xffffffff;OK
-j CONNMARK --set-xmark 0/0xff;-j CONNMARK --set-xmark 0x0/0xff;OK
-j CONNMARK --and-mark 0;-j CONNMARK --set-xmark 0x0/0xffffffff;OK
-j CONNMARK --and-mark 4294967295;-j CONNMARK --set-xmark 0x0/0x0;OK
-j CONNMARK --or-mark 0;-j CONNMARK --set-xmark 0x0/0x0;OK
-j CONNMARK --xor-mark 4294967295;-j CONNMARK --set-xmark 0xffffffff/0x0;OK
-j CONNMARK --save-mark --nfmask 0xff;-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xffffffff;OK
-j CONNMARK --save-mark --ctmask 0xff;-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xff;OK
-j CONNMARK --restore-mark --mask 0xff;-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff;OK
-j CONNMARK --restore-mark --ctmask 0xff;-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xff;OK
-j CONNMARK --restore-mark --ctmask 0xff --mask 1;;FAIL
-j CONNMARK --save-mark --mask 1 --ctmask 1;;FAIL
-j CONNMARK --restore-mark --left-shift-mark 5;-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff --left-shift-mark 5;OK
-j CONNMARK --save-mark --right-shift-mark 5;-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff --right-shift-mark 5;OK
-j CONNMARK --save-mark --left-shift-mark 32;;FAIL
-j CONNMARK --save-mark --left-shift-mark 31;-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff --left-shift-mark 31;OK
-j CONNMARK --save-mark --right-shift-mark 31;-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff --right-shift-mark 31;OK
-j CONNMARK --save-mark --right-shift-mark 32;;FAIL
-j CONNMARK --save-mark --left-shift-mark 1 --right-shift-mark 1;-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff --right-shift-mark 1;OK
-j CONNMARK --set-mark 1 --left-shift-mark 3;-j CONNMARK --set-xmark 0x1/0xffffffff --left-shift-mark 3;OK
-j CONNMARK --set-xmark 1/2 --right-shift-mark 3;-j CONNMARK --set-xmark 0x1/0x2 --right-shift-mark 3;OK
-j CONNMARK --and-mark 1 --left-shift-mark 3;-j CONNMARK --set-xmark 0x0/0xfffffffe --left-shift-mark 3;OK
-j CONNMARK --or-mark 1 --or-mark 1;;FAIL
-j CONNMARK --save-mark --save-mark;;FAIL
-j CONNMARK --set-mark 4294967296;;FAIL
-j CONNMARK --nfmask 1;;FAIL
-j CONNMARK --save-mark --nfmask x;;FAIL
-j CONNMARK --set-mark 1 --mask 1;-j CONNMARK --set-xmark 0x1/0x1;OK;LOSSY
-j CONNMARK ! --set-mark 1;;FAIL
-j CONNMARK --and-mark 1 --or-mark 2 --save-mark;;FAIL
# Marks that are none
-j CONNMARK --set-xmark foo;;FAIL
-j CONNMARK --xor-mark foo;;FAIL
-j CONNMARK ! --save-mark;;FAIL
