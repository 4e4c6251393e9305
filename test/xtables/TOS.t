*mangle
:FORWARD
-j TOS --set-tos 0x10;-j TOS --set-tos 0x10/0xff;OK
-j TOS --set-tos Minimize-Cost;-j TOS --set-tos 0x02/0x3f;OK
-j TOS --set-tos 0x10/0x3f;=;OK
-j TOS --and-tos 0x0f;-j TOS --set-tos 0x00/0xf0;OK
-j TOS --or-tos 0x10;-j TOS --set-tos 0x10/0x10;OK
-j TOS --xor-tos 0x10;-j TOS --set-tos 0x10/0x00;OK
-j TOS --set-tos 0;-j TOS --set-tos 0x00/0xff;OK
-j TOS;;FAIL
-j TOS --and-tos 256;;FAIL
-j TOS --set-tos 1 --or-tos 2;;FAIL
*filter
:FORWARD
-j TOS --set-tos 1;;FAIL
*mangle
:FORWARD
-j TOS --set-tos Maximize-Throughput;-j TOS --set-tos 0x08/0x3f;OK
-j TOS --set-tos Normal-Service;-j TOS --set-tos 0x00/0x3f;OK
-j TOS --set-tos maximize-reliability;-j TOS --set-tos 0x04/0x3f;OK
-j TOS --set-tos 255;-j TOS --set-tos 0xff/0xff;OK
-j TOS --set-tos 256;;FAIL
-j TOS --set-tos 0x1f/0x0f;=;OK
-j TOS --set-tos 1/256;;FAIL
-j TOS --and-tos 0;-j TOS --set-tos 0x00/0xff;OK
-j TOS --and-tos 255;-j TOS --set-tos 0x00/0x00;OK
-j TOS --or-tos 0;-j TOS --set-tos 0x00/0x00;OK
-j TOS --or-tos 255;-j TOS --set-tos 0xff/0xff;OK
-j TOS --xor-tos 255;-j TOS --set-tos 0xff/0x00;OK
-j TOS --set-tos 1 --set-tos 1;;FAIL
*security
:INPUT
-j TOS --set-tos 0x10;;FAIL
# A mask that is none
-j TOS --xor-tos 256;;FAIL
-j TOS ! --set-tos 1;;FAIL
