*filter
:INPUT
-m realm --realm cosmos;=;OK
-m realm --realm 5/0xff;-m realm --realm 0x5/0xff;OK
-m realm --realm bla;;FAIL
