*raw
:PREROUTING
-m rpfilter;=;OK
*mangle
:PREROUTING
-m rpfilter --loose --validmark --accept-local --invert;=;OK
*filter
:INPUT
-m rpfilter;;FAIL
*raw
:OUTPUT
-m rpfilter;;FAIL
:PREROUTING
-m rpfilter ! --invert;;FAIL
