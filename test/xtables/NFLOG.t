*filter
:INPUT
-j NFLOG;=;OK
-j NFLOG --nflog-group 5 --nflog-prefix "hello world" --nflog-size 100 --nflog-threshold 3;-j NFLOG --nflog-prefix "hello world" --nflog-group 5 --nflog-size 100 --nflog-threshold 3;OK
-j NFLOG --nflog-range 10;=;OK
-j NFLOG --nflog-group 65536;;FAIL
-j NFLOG --nflog-prefix "";;FAIL
-j NFLOG --nflog-prefix abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;-j NFLOG --nflog-prefix abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk;OK
-j NFLOG --nflog-threshold 65536;;FAIL
