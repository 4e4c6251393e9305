*filter
:INPUT
-m connlimit --connlimit-above 10;-m connlimit --connlimit-above 10 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit ! --connlimit-above 10 --connlimit-mask 24;-m connlimit --connlimit-upto 10 --connlimit-mask 24 --connlimit-saddr;OK
-m connlimit --connlimit-upto 0 --connlimit-daddr --connlimit-mask 255.255.0.0;-m connlimit --connlimit-upto 0 --connlimit-mask 16 --connlimit-daddr;OK
-m connlimit ! --connlimit-upto 3;-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-mask 33 --connlimit-upto 1;-m connlimit --connlimit-upto 1 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-mask 3;;FAIL
-m connlimit --connlimit-upto 1 --connlimit-above 1;;FAIL
-m connlimit --connlimit-upto 1 --connlimit-saddr --connlimit-daddr;;FAIL
-m connlimit --connlimit-upto -1;;FAIL
-m connlimit --connlimit-upto 1 --connlimit-mask 129;-m connlimit --connlimit-upto 1 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-upto 1 --connlimit-mask 255.0.255.0;-m connlimit --connlimit-upto 1 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
*filter
:INPUT
-m connlimit --connlimit-upto 10;-m connlimit --connlimit-upto 10 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-above 0 --connlimit-saddr;-m connlimit --connlimit-above 0 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-above 1 --connlimit-mask 32;-m connlimit --connlimit-above 1 --connlimit-mask 32 --connlimit-saddr;OK
-m connlimit --connlimit-above 1 --connlimit-mask 0;-m connlimit --connlimit-above 1 --connlimit-mask 0 --connlimit-saddr;OK
-m connlimit --connlimit-above 1 --connlimit-mask 128;-m connlimit --connlimit-above 1 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-above 1 --connlimit-mask 255;-m connlimit --connlimit-above 1 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-above 1 --connlimit-mask 256;-m connlimit --connlimit-above 1 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-above 1 --connlimit-mask foo;;FAIL
-m connlimit --connlimit-above 4294967295;-m connlimit --connlimit-above 4294967295 --connlimit-mask 32 --connlimit-saddr;OK;LOSSY
-m connlimit --connlimit-above 4294967296;;FAIL
-m connlimit --connlimit-above 1 --connlimit-above 1;;FAIL
-m connlimit;;FAIL
-m connlimit --connlimit-daddr;;FAIL
