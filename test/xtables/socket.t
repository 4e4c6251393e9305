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
