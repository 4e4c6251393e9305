:INPUT,FORWARD,OUTPUT
-p tcp -m multiport --dports 80,443;=;OK
-p tcp -m multiport --sports 1:1024,5000;=;OK
-p udp -m multiport --ports 53,123 -j ACCEPT;=;OK
-p tcp -m multiport ! --dports 22 -j DROP;=;OK
-p tcp -m multiport ! --ports 22:25;=;OK
-p tcp -m multiport --source-ports http,https;-p tcp -m multiport --sports 80,443;OK
-p tcp -m multiport --destination-ports 8000:9000;-p tcp -m multiport --dports 8000:9000;OK
-p sctp -m multiport --dports 5;=;OK
-p dccp -m multiport --dports 5;=;OK
-p udplite -m multiport --dports 5;=;OK
-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15;=;OK
-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16;;FAIL
-p tcp -m multiport --dports 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15;=;OK
-p tcp -m multiport --dports 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16;;FAIL
-p tcp -m multiport --dports 9:5;;FAIL
-p tcp -m multiport --dports 5:5;;FAIL
-p tcp -m multiport --dports 5,;;FAIL
-p tcp -m multiport --dports ,5;;FAIL
-p tcp -m multiport --dports "";;FAIL
-p tcp -m multiport --dports 65536;;FAIL
-p tcp -m multiport --dports nosuch;;FAIL
-p tcp -m multiport;;FAIL
-p tcp -m multiport --dports 1 --sports 2;;FAIL
-p tcp -m multiport --dports 1 --dports 2;;FAIL
-p tcp -m multiport --ports 1 --dports 2;;FAIL
-m multiport --dports 80;;FAIL
-p icmp -m multiport --dports 80;;FAIL
! -p tcp -m multiport --dports 80;;FAIL
-p tcp -m multiport --dports 80 -m multiport --sports 90;=;OK
-p tcp -m multiport --dp 80;-p tcp -m multiport --dports 80;OK
*filter
:INPUT
-p udp -m multiport ! --sports 1,2:3;=;OK
-p tcp -m multiport --ports domain;-p tcp -m multiport --ports 53;OK
-p tcp -m multiport --dports 1:;;FAIL
-p tcp -m multiport --dports :1;;FAIL
-p tcp -m multiport --dports 1:2:3;;FAIL
-p tcp -m multiport --dports 0,65535;=;OK
-p tcp -m multiport --dports 1,,2;;FAIL
-p tcp -m multiport --dports x:2;;FAIL
-p tcp -m multiport --dports 2:x;;FAIL
-p 6 -m multiport --dports 5;-p tcp -m multiport --dports 5;OK
-p all -m multiport --dports 5;;FAIL
*filter
:INPUT
-p tcp -m multiport --ports 1 --sports 2;;FAIL
