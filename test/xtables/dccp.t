*filter
:INPUT
-p dccp --dport 80 --sport 1:;-p dccp -m dccp --sport 1:65535 --dport 80;OK
-p dccp --dccp-types REQUEST,RESPONSE,DATA,ACK,DATAACK,CLOSEREQ,CLOSE,RESET,SYNC,SYNCACK,INVALID;-p dccp -m dccp --dccp-types REQUEST,RESPONSE,DATA,ACK,DATAACK,CLOSEREQ,CLOSE,RESET,SYNC,SYNCACK,INVALID;OK
-p dccp ! --dccp-types request --dccp-option 5;-p dccp -m dccp ! --dccp-types REQUEST --dccp-option 5;OK
-p dccp --dccp-types FOO;;FAIL
-p dccp --dccp-option 0;;FAIL
*filter
:INPUT
-p dccp ! --dport 80:90 ! --sport 1;-p dccp -m dccp ! --sport 1 ! --dport 80:90;OK
-p dccp --dport :5;-p dccp -m dccp --dport 0:5;OK
-p dccp --dport 5:4;-p dccp -m dccp --dport 5:4;OK
-p dccp --dport 1 --dport 2;;FAIL
-p dccp --sport http --dport domain;-p dccp -m dccp --sport 80 --dport 53;OK
-p dccp --dccp-types INVALID;-p dccp -m dccp --dccp-types INVALID;OK
-p dccp --dccp-types DATA,INVALID;-p dccp -m dccp --dccp-types DATA,INVALID;OK
-p dccp ! --dccp-types CLOSE;-p dccp -m dccp ! --dccp-types CLOSE;OK
-p dccp --dccp-types REQUEST,;-p dccp -m dccp --dccp-types REQUEST;OK
-p dccp --dccp-types "";-p dccp -m dccp --dccp-types ;OK;LOSSY
-p dccp ! --dccp-option 1;-p dccp -m dccp ! --dccp-option 1;OK
-p dccp --dccp-option 255;-p dccp -m dccp --dccp-option 255;OK
-p dccp --dccp-option 256;;FAIL
-p dccp;=;OK
-p dccp -m dccp;=;OK
-m dccp --dport 5;;FAIL
-p tcp -m dccp --dport 5;;FAIL
-p dccp --dccp-types data --dccp-types data;;FAIL
*filter
:INPUT
-p dccp --dport http;-p dccp -m dccp --dport 80;OK
-p dccp --sport 5001:http;-p dccp -m dccp --sport 5001:80;OK
-p dccp --dport dccp-ping;;FAIL
*filter
:INPUT
-p dccp --sport 0:65535;-p dccp -m dccp --sport 0:65535;OK
-p dccp --dport 0:65535;-p dccp -m dccp --dport 0:65535;OK
# The long names
-p dccp -m dccp --source-port 7;-p dccp -m dccp --sport 7;OK
-p dccp -m dccp ! --destination-port 7:9;-p dccp -m dccp ! --dport 7:9;OK
-p dccp -m dccp --source-port nosuch;;FAIL
-p dccp -m dccp --destination-port nosuch;;FAIL
