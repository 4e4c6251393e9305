*filter
:INPUT
-m ecn --ecn-tcp-cwr;;FAIL
-p tcp -m ecn ! --ecn-tcp-cwr --ecn-tcp-ece --ecn-ip-ect 2;-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr --ecn-ip-ect 2;OK
-m ecn --ecn-ip-ect 4;;FAIL
