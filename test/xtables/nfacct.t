*filter
:INPUT
-m nfacct --nfacct-name foo;;FAIL
-m nfacct --nfacct-name "a b";;FAIL
-m nfacct;;FAIL
