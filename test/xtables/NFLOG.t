*filter
:INPUT
-j NFLOG;=;OK
-j NFLOG --nflog-group 5 --nflog-prefix "hello world" --nflog-size 100 --nflog-threshold 3;-j NFLOG --nflog-prefix "hello world" --nflog-group 5 --nflog-size 100 --nflog-threshold 3;OK
-j NFLOG --nflog-range 10;=;OK
-j NFLOG --nflog-group 65536;;FAIL
-j NFLOG --nflog-prefix "";;FAIL
-j NFLOG --nflog-prefix abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;-j NFLOG --nflog-prefix abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk;OK
-j NFLOG --nflog-threshold 65536;;FAIL
*filter
:INPUT
-j NFLOG --nflog-group 0;-j NFLOG;OK
-j NFLOG --nflog-group 65535;=;OK
-j NFLOG --nflog-size 0;=;OK
-j NFLOG --nflog-size 4294967295;=;OK
-j NFLOG --nflog-threshold 0;-j NFLOG;OK
-j NFLOG --nflog-threshold 1;=;OK
-j NFLOG --nflog-threshold 65535;=;OK
-j NFLOG --nflog-prefix abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk;=;OK
-j NFLOG --nflog-prefix abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl;-j NFLOG --nflog-prefix abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk;OK
-j NFLOG --nflog-range 10 --nflog-size 10;;FAIL
-j NFLOG --nflog-range 0;-j NFLOG;OK
