*filter
:INPUT
-p dccp --dport 80 --sport 1:;-p dccp -m dccp --sport 1:65535 --dport 80;OK
-p dccp --dccp-types REQUEST,RESPONSE,DATA,ACK,DATAACK,CLOSEREQ,CLOSE,RESET,SYNC,SYNCACK,INVALID;-p dccp -m dccp --dccp-types REQUEST,RESPONSE,DATA,ACK,DATAACK,CLOSEREQ,CLOSE,RESET,SYNC,SYNCACK,INVALID;OK
-p dccp ! --dccp-types request --dccp-option 5;-p dccp -m dccp ! --dccp-types REQUEST --dccp-option 5;OK
-p dccp --dccp-types FOO;;FAIL
-p dccp --dccp-option 0;;FAIL
