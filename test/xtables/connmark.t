:INPUT,FORWARD,OUTPUT
-m connmark --mark 0x1;=;OK
-m connmark --mark 7/7;-m connmark --mark 0x7/0x7;OK
-m connmark ! --mark 0x5;=;OK
-m connmark ! --mark 0x5/0xff;=;OK
-m connmark --mark x;;FAIL
-m connmark;;FAIL
-m mark --mark 1 -m connmark --mark 2;-m mark --mark 0x1 -m connmark --mark 0x2;OK
-m connmark --mark 0/0xffff -j RETURN;-m connmark --mark 0x0/0xffff -j RETURN;OK
