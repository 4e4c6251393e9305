*filter
:INPUT
-m pkttype --pkt-type host;-m pkttype --pkt-type unicast;OK
-m pkttype --pkt-type outgoing;;FAIL
-m pkttype --pkt-type otherhost;=;OK
-m pkttype ! --pkt-type b;;FAIL
-m pkttype --pkt-type m;;FAIL
-m pkttype --pkt-type loopback;;FAIL
