*filter
:INPUT
-m helper --helper ftp;=;OK
-m helper ! --helper ftp-2121;=;OK
-m helper;;FAIL
-m helper --helper "";=;OK
*filter
:INPUT
-m helper --helper 0123456789012345678901234567;=;OK
-m helper --helper 01234567890123456789012345678;=;OK
-m helper --helper 012345678901234567890123456789;-m helper --helper 01234567890123456789012345678;OK
-m helper --helper "a b";=;OK
-m helper --helper ftp --helper ftp;;FAIL
