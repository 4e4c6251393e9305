*filter
:OUTPUT
-m owner --uid-owner root;-m owner --uid-owner 0;OK
-m owner --uid-owner nosuch;;FAIL
-m owner --uid-owner 1-;;FAIL
-m owner --uid-owner 5-3;;FAIL
-m owner ! --gid-owner 0-4294967294 --socket-exists;-m owner --socket-exists ! --gid-owner 0-4294967294;OK
-m owner --gid-owner 4294967295;;FAIL
-m owner --gid-owner 1 --suppl-groups;=;OK
-m owner --suppl-groups;;FAIL
-m owner --suppl-groups --gid-owner 1;;FAIL
-m owner --uid-owner 1 --gid-owner adm;-m owner --uid-owner 1 --gid-owner 4;OK
*filter
:OUTPUT
-m owner;;FAIL
-m owner --uid-owner 0;=;OK
-m owner --gid-owner 0;=;OK
-m owner --gid-owner root;-m owner --gid-owner 0;OK
-m owner --uid-owner nobody;-m owner --uid-owner 65534;OK
-m owner --gid-owner nogroup;-m owner --gid-owner 65534;OK
-m owner --gid-owner nobody;;FAIL
-m owner --uid-owner adm;;FAIL
-m owner --uid-owner nogroup;;FAIL
-m owner --uid-owner 65534;=;OK
-m owner --gid-owner 65534;=;OK
-m owner --gid-owner 4;=;OK
-m owner --gid-owner 5-3;;FAIL
-m owner --gid-owner 3-5;=;OK
-m owner ! --uid-owner 3-5;=;OK
-m owner --uid-owner 3-5x;;FAIL
-m owner --uid-owner 3x;;FAIL
-m owner --uid-owner 3:5;-m owner --uid-owner 3-5;OK
-m owner --uid-owner 4294967294;=;OK
-m owner --uid-owner 4294967295;;FAIL
-m owner --uid-owner 0-4294967295;;FAIL
-m owner ! --socket-exists;=;OK
-m owner --socket-exists;=;OK
-m owner ! --gid-owner adm --suppl-groups;-m owner ! --gid-owner 4 --suppl-groups;OK
-m owner --uid-owner 1 --uid-owner 1;;FAIL
-m owner --uid-owner "";;FAIL
*mangle
:POSTROUTING
-m owner --uid-owner 0;=;OK
*filter
:INPUT
-m owner --uid-owner 0;;FAIL
*filter
:OUTPUT
-m owner --uid-owner 1x-2;;FAIL
-m owner --gid-owner 0-0;-m owner --gid-owner 0;OK
-m owner --uid-owner 0:5;-m owner --uid-owner 0-5;OK
-m owner ! --gid-owner 3-7;=;OK
