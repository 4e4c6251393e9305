*filter
:INPUT
-m quota --quota 18446744073709551615;=;OK
-m quota --quota 18446744073709551616;;FAIL
-m quota ! --quota 0x10;-m quota ! --quota 16;OK
-m quota --quota a;;FAIL
*filter
:INPUT
-m quota --quota 0;=;OK
-m quota ! --quota 5;=;OK
-m quota;;FAIL
-m quota --quota 5 --quota 5;;FAIL
-m quota --quota "";;FAIL
-m quota --quota 5x;;FAIL
-m quota --quota -1;;FAIL
