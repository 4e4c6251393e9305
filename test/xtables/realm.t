*filter
:INPUT
-m realm --realm cosmos;=;OK
-m realm --realm 5/0xff;-m realm --realm 0x5/0xff;OK
-m realm --realm bla;;FAIL
*filter
:INPUT
-m realm --realm 0;-m realm --realm cosmos;OK
-m realm ! --realm 5;-m realm ! --realm 0x5;OK
-m realm ! --realm cosmos;=;OK
-m realm --realm 5/0xffffffff;-m realm --realm 0x5;OK
-m realm --realm 4294967296;;FAIL
-m realm;;FAIL
-m realm --realm 5 --realm 5;;FAIL
