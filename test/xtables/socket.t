*filter
:INPUT
-m socket;=;OK
*mangle
:PREROUTING
-m socket --transparent --nowildcard --restore-skmark;=;OK
*filter
:FORWARD
-m socket;;FAIL
:OUTPUT
-m socket;;FAIL
*filter
:INPUT
-m socket --nowildcard;=;OK
-m socket --restore-skmark;=;OK
-m socket --transparent;=;OK
-m socket --transparent --transparent;;FAIL
-m socket ! --nowildcard;;FAIL
