*filter
:INPUT,OUTPUT
-p ipcomp -m ipcomp --ipcompspi 5;=;OK
-p ipcomp -m ipcomp --ipcompspi 5:7;=;OK
-p ipcomp -m ipcomp ! --ipcompspi 5:;-p ipcomp -m ipcomp ! --ipcompspi 5:4294967295;OK
-p ipcomp -m ipcomp --ipcompspi :;-p ipcomp -m ipcomp;OK;LOSSY
-p ipcomp -m ipcomp --compres;-p ipcomp -m ipcomp --ipcompspi 0 --compres;OK
-m ipcomp --ipcompspi 5;;FAIL
-p tcp -m ipcomp --ipcompspi 5;;FAIL
-p ipcomp -m ipcomp --ipcompspi 4294967296;;FAIL
*filter
:INPUT
-p ipcomp -m ipcomp --ipcompspi 0;=;OK
-p ipcomp -m ipcomp ! --ipcompspi 0;=;OK
-p ipcomp -m ipcomp --ipcompspi 0:5;=;OK
-p ipcomp -m ipcomp ! --ipcompspi 5 --compres;=;OK
-p ipcomp -m ipcomp --ipcompspi 1:4294967295;=;OK
-p ipcomp -m ipcomp --ipcompspi 5:5;-p ipcomp -m ipcomp --ipcompspi 5;OK
-p ipcomp -m ipcomp --ipcompspi 9:5;=;OK
-p ipcomp -m ipcomp;-p ipcomp -m ipcomp --ipcompspi 0;OK
