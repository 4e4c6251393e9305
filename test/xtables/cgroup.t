*filter
:OUTPUT
-m cgroup --cgroup 1;=;OK
-m cgroup --path user.slice;;FAIL
-m cgroup;;FAIL
:FORWARD
-m cgroup ! --cgroup 1;;FAIL
