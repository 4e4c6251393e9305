:INPUT,FORWARD,OUTPUT
-j REJECT;-j REJECT --reject-with icmp-port-unreachable;OK
-j REJECT --reject-with icmp-net-unreachable;=;OK
-j REJECT --reject-with icmp-host-unreachable;=;OK
-j REJECT --reject-with icmp-proto-unreachable;=;OK
-j REJECT --reject-with icmp-port-unreachable;=;OK
-j REJECT --reject-with icmp-net-prohibited;=;OK
-j REJECT --reject-with icmp-host-prohibited;=;OK
-j REJECT --reject-with icmp-admin-prohibited;=;OK
-p tcp -j REJECT --reject-with tcp-reset;=;OK
-p tcp -j REJECT --reject-with tcp-rst;-p tcp -j REJECT --reject-with tcp-reset;OK
-j REJECT --reject-with admin-prohib;-j REJECT --reject-with icmp-admin-prohibited;OK
-j REJECT --reject-with ICMP-HOST-U;-j REJECT --reject-with icmp-host-unreachable;OK
-j REJECT --reject-with icmp;-j REJECT --reject-with icmp-net-unreachable;OK
-j REJECT --reject-with echo-reply;;FAIL
-j REJECT --reject-with foo;;FAIL
-j REJECT --reject-with tcp-reset;;FAIL
-p udp -j REJECT --reject-with tcp-reset;;FAIL
! -p tcp -j REJECT --reject-with tcp-reset;;FAIL
-j REJECT --reject-with icmp-net-unreachable --reject-with icmp-net-unreachable;;FAIL
-j REJECT ! --reject-with icmp-net-unreachable;;FAIL
-j REJECT --foo;;FAIL
*mangle
:FORWARD
-j REJECT;;FAIL
*nat
:OUTPUT
-j REJECT;;FAIL
*filter
:INPUT
-j REJECT --reject-with "";-j REJECT --reject-with icmp-net-unreachable;OK
-j REJECT --reject-with tcp;;FAIL
-p tcp -j REJECT --reject-with tcp;-p tcp -j REJECT --reject-with tcp-reset;OK
-j REJECT --reject-with net-unreach;-j REJECT --reject-with icmp-net-unreachable;OK
-j REJECT --reject-with host-prohib;-j REJECT --reject-with icmp-host-prohibited;OK
-j REJECT --reject-with port-unreach;-j REJECT --reject-with icmp-port-unreachable;OK
-j REJECT --reject-with proto-unreach;-j REJECT --reject-with icmp-proto-unreachable;OK
-j REJECT --reject-with net-prohib;-j REJECT --reject-with icmp-net-prohibited;OK
-j REJECT --reject-with host-unreach;-j REJECT --reject-with icmp-host-unreachable;OK
-j REJECT --reject-with icmp-admin;-j REJECT --reject-with icmp-admin-prohibited;OK
-p 6 -j REJECT --reject-with tcp-reset;-p tcp -j REJECT --reject-with tcp-reset;OK
*security
:INPUT
-j REJECT;;FAIL
*filter
:INPUT
-j REJECT --reject-with net-unr;-j REJECT --reject-with icmp-net-unreachable;OK
-j REJECT --reject-with admin-pro;-j REJECT --reject-with icmp-admin-prohibited;OK
-j REJECT --reject-with echo-rep;;FAIL
-j REJECT --reject-with echorep;;FAIL
-j REJECT --reject-with echoreply;;FAIL
-j REJECT --reject-with echoreplyx;;FAIL
