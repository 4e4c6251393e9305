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
*nat
:PREROUTING
-m rpfilter;;FAIL
*raw
:PREROUTING
-m rpfilter --loose;=;OK
-m rpfilter --validmark;=;OK
-m rpfilter --accept-local;=;OK
-m rpfilter --invert;=;OK
-m rpfilter --invert --invert;;FAIL
*mangle
:INPUT
-m rpfilter;;FAIL
