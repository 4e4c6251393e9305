*mangle
:POSTROUTING
-j CHECKSUM --checksum-fill;=;OK
-p udp --dport 68 -j CHECKSUM --checksum-fill;-p udp -m udp --dport 68 -j CHECKSUM --checksum-fill;OK
-j CHECKSUM;;FAIL
*filter
:INPUT
-j CHECKSUM --checksum-fill;;FAIL
