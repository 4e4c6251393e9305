*filter
:INPUT,FORWARD
-p tcp -m osf --genre Linux;=;OK
-p tcp -m osf ! --genre Windows --ttl 1 --log 2;=;OK
-p tcp -m osf --genre Linux --ttl 3;;FAIL
-p tcp -m osf --genre Linux --log 3;;FAIL
-p tcp -m osf --ttl 1;;FAIL
-m osf --genre Linux;;FAIL
-p udp -m osf --genre Linux;;FAIL
:OUTPUT
-p tcp -m osf --genre Linux;;FAIL
*filter
:INPUT
-p tcp -m osf --genre 0123456789012345678901234567890;=;OK
-p tcp -m osf --genre 01234567890123456789012345678901;-p tcp -m osf --genre 0123456789012345678901234567890;OK
-p tcp -m osf --genre Linux --ttl 0 --log 0;=;OK
-p tcp -m osf ! --genre Linux;=;OK
*mangle
:PREROUTING
-p tcp -m osf --genre Linux;=;OK
