*filter
:INPUT
-m pkttype --pkt-type host;-m pkttype --pkt-type unicast;OK
-m pkttype --pkt-type outgoing;;FAIL
-m pkttype --pkt-type otherhost;=;OK
-m pkttype ! --pkt-type b;;FAIL
-m pkttype --pkt-type m;;FAIL
-m pkttype --pkt-type loopback;;FAIL
*filter
:INPUT
-m pkttype --pkt-type unicast;=;OK
-m pkttype --pkt-type BROADCAST;-m pkttype --pkt-type broadcast;OK
-m pkttype --pkt-type mcast;-m pkttype --pkt-type multicast;OK
-m pkttype --pkt-type bcast;-m pkttype --pkt-type broadcast;OK
-m pkttype ! --pkt-type multicast;=;OK
-m pkttype --pkt-type "";;FAIL
-m pkttype;;FAIL
