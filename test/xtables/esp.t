*filter
:INPUT
-p esp -m esp --espspi 5:;-p esp -m esp --espspi 5:4294967295;OK
-p esp -m esp ! --espspi 5;=;OK
-p esp -m esp --espspi 0:4294967295;-p esp -m esp;OK
-p esp -m esp;=;OK
-p esp -m esp --espspi 9:5;=;OK
-m esp --espspi 1;;FAIL
