*mangle
:FORWARD
-p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu;-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu;OK
:PREROUTING
-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu;;FAIL
:FORWARD
-p tcp --syn -j TCPMSS --set-mss 1400;-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --set-mss 1400;OK
-p tcp -j TCPMSS --set-mss 1400;;FAIL
-j TCPMSS --set-mss 1400;;FAIL
-p tcp --syn -j TCPMSS;;FAIL
-p tcp --syn -j TCPMSS --set-mss 65536;;FAIL
-p tcp --syn -j TCPMSS --set-mss 1 --clamp-mss-to-pmtu;-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --clamp-mss-to-pmtu;OK
*filter
:FORWARD
-p tcp ! --syn -j TCPMSS --set-mss 1400;;FAIL
-p tcp -m tcp --tcp-flags ALL SYN -j TCPMSS --set-mss 1400;-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG SYN -j TCPMSS --set-mss 1400;OK
*mangle
:FORWARD
-p tcp --syn -j TCPMSS --set-mss 0;-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --set-mss 0;OK
-p tcp --syn -j TCPMSS --set-mss 65535;;FAIL
-p tcp --syn -j TCPMSS --set-mss 1 --set-mss 1;;FAIL
-p tcp --tcp-flags SYN,ACK SYN -j TCPMSS --set-mss 1400;-p tcp -m tcp --tcp-flags SYN,ACK SYN -j TCPMSS --set-mss 1400;OK
-p tcp --tcp-flags SYN,ACK ACK -j TCPMSS --set-mss 1400;;FAIL
-p tcp --tcp-flags ALL NONE -j TCPMSS --set-mss 1400;;FAIL
-p tcp -m tcp --dport 80 -j TCPMSS --set-mss 1400;;FAIL
-p udp -j TCPMSS --set-mss 1400;;FAIL
! -p tcp -j TCPMSS --set-mss 1400;;FAIL
:INPUT
-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu;;FAIL
-p tcp --syn -j TCPMSS --set-mss 1400;-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --set-mss 1400;OK
:OUTPUT
-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu;-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --clamp-mss-to-pmtu;OK
:POSTROUTING
-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu;-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --clamp-mss-to-pmtu;OK
*mangle
:FORWARD
-p tcp -m comment --comment x -j TCPMSS --set-mss 1400;;FAIL
-p tcp -m comment --comment x -m tcp --syn -j TCPMSS --set-mss 1400;-p tcp -m comment --comment x -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --set-mss 1400;OK
