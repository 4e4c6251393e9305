:INPUT,FORWARD,OUTPUT
-m addrtype --src-type UNICAST;=;OK
-m addrtype --dst-type LOCAL -j ACCEPT;=;OK
-m addrtype --dst-type multicast,broadcast;-m addrtype --dst-type BROADCAST,MULTICAST;OK
-m addrtype ! --src-type LOCAL ! --dst-type ANYCAST,BLACKHOLE;=;OK
-m addrtype --src-type U;-m addrtype --src-type UNSPEC;OK
-m addrtype --src-type UNS,XRESOLVE,NAT,THROW,PROHIBIT,UNREACHABLE;-m addrtype --src-type UNSPEC,UNREACHABLE,PROHIBIT,THROW,NAT,XRESOLVE;OK
-m addrtype --src-type FOO;;FAIL
-m addrtype --src-type FOO,LOCAL;;FAIL
-m addrtype --src-type LOCAL,;;FAIL
-m addrtype --src-type "";;FAIL
-m addrtype;;FAIL
-m addrtype --limit-iface-in;;FAIL
-m addrtype --src-type LOCAL --src-type LOCAL;;FAIL
-m addrtype --src-type LOCAL --limit-iface-in --limit-iface-out;;FAIL
:INPUT,FORWARD
-m addrtype --dst-type LOCAL --limit-iface-in;=;OK
:FORWARD,OUTPUT
-m addrtype --dst-type LOCAL --limit-iface-out;=;OK
:INPUT
-m addrtype --dst-type LOCAL --limit-iface-out;;FAIL
:OUTPUT
-m addrtype --dst-type LOCAL --limit-iface-in;;FAIL
*nat
:PREROUTING
-m addrtype --dst-type LOCAL -j RETURN;=;OK
*filter
:FORWARD
-m addrtype ! --src-type LOCAL --dst-type UNICAST --limit-iface-in;=;OK
-m addrtype --src-type UNICAST ! --dst-type LOCAL --limit-iface-out;=;OK
-m addrtype --dst-type LOCAL --dst-type LOCAL;;FAIL
-m addrtype --limit-iface-out;;FAIL
-m addrtype --src-type ,LOCAL;;FAIL
-m addrtype --dst-type LOCAL,,UNICAST;;FAIL
:INPUT
-m addrtype ! --dst-type MULTICAST;=;OK
*mangle
:PREROUTING
-m addrtype --src-type LOCAL --limit-iface-in;=;OK
-m addrtype --src-type LOCAL --limit-iface-out;;FAIL
:POSTROUTING
-m addrtype --src-type LOCAL --limit-iface-in;;FAIL
-m addrtype --src-type LOCAL --limit-iface-out;=;OK
*filter
:INPUT
-m addrtype --src-type ,;;FAIL
