# Timeout policies
%nfct add timeout g inet generic timeout 77
%nfct add timeout u inet udp unreplied 7 replied 9
*raw
:PREROUTING
-p udp -j CT --timeout u;=;OK
-p tcp -j CT --timeout u;;FAIL
-p 89 -j CT --timeout g;-p ospf -j CT --timeout g;OK
-p 33 -j CT --timeout g;-p dccp -j CT --timeout g;OK
-p 58 -j CT --timeout g;;FAIL
-p 255 -j CT --timeout g;=;OK
-p icmp -j CT --timeout g;;FAIL
-p tcp -j CT --timeout g;;FAIL
-p udp -j CT --timeout g;;FAIL
-p gre -j CT --timeout g;;FAIL
-p sctp -j CT --timeout g;;FAIL
-p udplite -j CT --timeout g;;FAIL
-p tcp -j CT --timeout abc;;FAIL
# Nobody asks for the helper of what is not tracked
-j CT --notrack --helper nosuch;=;OK
-p tcp -j CT --helper averyveryverylongname;;FAIL
# Zones that are none
*raw
:PREROUTING
-j CT --zone-orig foo;;FAIL
-j CT --zone-reply 65536;;FAIL
-j CT ! --zone 5;;FAIL
-j CT ! --helper ftp;;FAIL
