:INPUT,FORWARD,OUTPUT
-m state --state NEW;=;OK
-m state --state ESTABLISHED,RELATED -j ACCEPT;-m state --state RELATED,ESTABLISHED -j ACCEPT;OK
-m state ! --state INVALID,UNTRACKED;=;OK
-m state --state new,i;-m state --state INVALID,NEW;OK
-m state --state SNAT;;FAIL
-m state --state NEW,;;FAIL
-m state --state "";;FAIL
-m state --state ,NEW;;FAIL
-m state;;FAIL
-m state --state NEW --state NEW;;FAIL
-m state --ctstate NEW;;FAIL
-m state --state NEW -m conntrack --ctstate RELATED;=;OK
*filter
:INPUT
-m state --state NEW,FOO;;FAIL
-m state --state UNTRACKED,INVALID,NEW,RELATED,ESTABLISHED;-m state --state INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED;OK
-m state ! --state NEW,RELATED;=;OK
-m state --state e;-m state --state ESTABLISHED;OK
