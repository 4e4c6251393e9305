*filter
:INPUT
-p esp -m esp --espspi 5:;-p esp -m esp --espspi 5:4294967295;OK
-p esp -m esp ! --espspi 5;=;OK
-p esp -m esp --espspi 0:4294967295;-p esp -m esp;OK
-p esp -m esp;=;OK
-p esp -m esp --espspi 9:5;=;OK
-m esp --espspi 1;;FAIL
*filter
:INPUT
-p esp -m esp --espspi 0x10:0x20;-p esp -m esp --espspi 16:32;OK
-p esp -m esp ! --espspi 5:9;=;OK
-p esp -m esp --espspi 5:5;-p esp -m esp --espspi 5;OK
-p esp -m esp --espspi :7;-p esp -m esp --espspi 0:7;OK
-p esp -m esp --espspi 4294967295;=;OK
-p esp -m esp --espspi 4294967296;;FAIL
-p esp -m esp --espspi 0:5;=;OK
-p esp -m esp ! --espspi :;-p esp -m esp;OK;LOSSY
-p esp -m esp --espspi 1:4294967295;=;OK
-p esp -m esp --espspi x;;FAIL
-p esp -m esp --espspi 1:2:3;;FAIL
-p esp -m esp --espspi 1 --espspi 1;;FAIL
