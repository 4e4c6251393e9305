*mangle
:INPUT
-j CONNSECMARK --save;=;OK
-j CONNSECMARK --restore;=;OK
*filter
:INPUT
-j CONNSECMARK --save;;FAIL
*mangle
:INPUT
-j CONNSECMARK;;FAIL
*security
:INPUT,FORWARD,OUTPUT
-j CONNSECMARK --save;=;OK
-j CONNSECMARK --restore;=;OK
