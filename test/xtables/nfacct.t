*filter
:INPUT
-m nfacct --nfacct-name foo;;FAIL
-m nfacct --nfacct-name "a b";;FAIL
-m nfacct;;FAIL
*filter
:INPUT
-m nfacct --nfacct-name 0123456789012345678901234567890;;FAIL
-m nfacct --nfacct-name 01234567890123456789012345678901;;FAIL
-m nfacct --nfacct-name "";;FAIL
-m nfacct ! --nfacct-name foo;;FAIL
