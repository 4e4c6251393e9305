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
