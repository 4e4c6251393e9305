*filter
:INPUT
-m recent --set;-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent ! --update --seconds 60 --hitcount 4 --rttl --name foo --rdest --mask 255.255.255.0 --reap;-m recent ! --update --seconds 60 --reap --hitcount 4 --rttl --name foo --mask 255.255.255.0 --rdest;OK
-m recent --rcheck --reap;;FAIL
-m recent --set --seconds 5;;FAIL
-m recent --remove --rttl;;FAIL
-m recent --set --rcheck;;FAIL
-m recent --name foo;;FAIL
-m recent --rcheck --hitcount 300;-m recent --rcheck --hitcount 300 --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --rcheck --hitcount 256;-m recent --rcheck --hitcount 256 --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --rcheck --hitcount 255;-m recent --rcheck --hitcount 255 --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --rcheck --seconds 0;;FAIL
-m recent --rcheck --hitcount 0;-m recent --rcheck --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --set --name "";;FAIL
-m recent --set --name "a b";-m recent --set --name a b --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --set --name a/b;;FAIL
-m recent --set --rsource --rdest;-m recent --set --name DEFAULT --mask 255.255.255.255 --rdest;OK;LOSSY
-m recent --set --mask 24;-m recent --set --name DEFAULT --mask 0.0.0.24 --rsource;OK
-m recent --set --mask foo;;FAIL
-m recent --rcheck --hitcount 65536;;FAIL
-m recent --rcheck --hitcount 65535;-m recent --rcheck --hitcount 65535 --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
*filter
:INPUT
-m recent --remove;-m recent --remove --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --rcheck;-m recent --rcheck --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent ! --rcheck --seconds 5;-m recent ! --rcheck --seconds 5 --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --remove --seconds 5;;FAIL
-m recent --remove --hitcount 5;;FAIL
-m recent --set --hitcount 5;;FAIL
-m recent --set --rttl;;FAIL
-m recent --remove --reap --seconds 5;;FAIL
-m recent --set --reap;;FAIL
-m recent --rcheck --seconds 5 --seconds 5;;FAIL
-m recent --set --set;;FAIL
-m recent --set --name .;;FAIL
-m recent --set --name ..;;FAIL
-m recent --set --name .a;-m recent --set --name .a --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --set --rsource --rsource;;FAIL
-m recent --set --mask 255.255.0.0;-m recent --set --name DEFAULT --mask 255.255.0.0 --rsource;OK
-m recent --set --mask 0.0.0.0;-m recent --set --name DEFAULT --mask 0.0.0.0 --rsource;OK
-m recent --update --rttl --hitcount 2;-m recent --update --hitcount 2 --rttl --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent ! --set;-m recent ! --set --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent ! --remove;-m recent ! --remove --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --seconds 5;;FAIL
-m recent;;FAIL
-m recent --rcheck --seconds 4294967296;;FAIL
-m recent --set --name 01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789;-m recent --set --name 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678 --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --set --name 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678;-m recent --set --name 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678 --mask 255.255.255.255 --rsource;OK;LOSSY
*filter
:INPUT
-m recent --set --hitcount 0;-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --rcheck --hitcount 1;-m recent --rcheck --hitcount 1 --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
-m recent --rcheck --hitcount 2;-m recent --rcheck --hitcount 2 --name DEFAULT --mask 255.255.255.255 --rsource;OK;LOSSY
# What cannot be turned round
-m recent --set ! --name x;;FAIL
-m recent --rcheck ! --seconds 5;;FAIL
-m recent --rcheck ! --hitcount 5;;FAIL
-m recent --set ! --rsource;;FAIL
-m recent --set ! --mask 255.0.0.0;;FAIL
