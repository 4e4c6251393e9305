*filter
:INPUT
-m helper --helper ftp;=;OK
-m helper ! --helper ftp-2121;=;OK
-m helper;;FAIL
-m helper --helper "";=;OK
