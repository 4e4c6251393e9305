:INPUT,FORWARD
-m mac --mac-source 02:00:00:00:00:01;=;OK
-m mac --mac-source AA:BB:CC:DD:EE:FF -j ACCEPT;-m mac --mac-source aa:bb:cc:dd:ee:ff -j ACCEPT;OK
-m mac ! --mac-source 2:0:0:0:0:a;-m mac ! --mac-source 02:00:00:00:00:0a;OK
-m mac --mac-source 02:00:00:00:00;;FAIL
-m mac --mac-source 02:00:00:00:00:01:02;;FAIL
-m mac --mac-source 02:00:00:00:00:1g;;FAIL
-m mac --mac-source 02-00-00-00-00-01;;FAIL
-m mac --mac-source 102:00:00:00:00:01;;FAIL
-m mac;;FAIL
-m mac --mac-source 02:00:00:00:00:01 --mac-source 02:00:00:00:00:01;;FAIL
:OUTPUT
-m mac --mac-source 02:00:00:00:00:01;;FAIL
*mangle
:POSTROUTING
-m mac --mac-source 02:00:00:00:00:01;;FAIL
:PREROUTING
-m mac --mac-source 02:00:00:00:00:01;=;OK
