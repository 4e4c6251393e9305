*filter
:OUTPUT
-m cgroup --cgroup 1;=;OK
-m cgroup --path user.slice;;FAIL
-m cgroup;;FAIL
:FORWARD
-m cgroup ! --cgroup 1;;FAIL
*filter
:OUTPUT
-m cgroup ! --cgroup 1;=;OK
-m cgroup --cgroup 0;=;OK
-m cgroup --cgroup 4294967295;=;OK
-m cgroup --cgroup 4294967296;;FAIL
-m cgroup ! --path user.slice;;FAIL
-m cgroup --path a --cgroup 1;;FAIL
-m cgroup --cgroup 1 --path a;;FAIL
-m cgroup --cgroup 1 --cgroup 1;;FAIL
*filter
:OUTPUT
-m cgroup ! --path x;;FAIL
-m cgroup --path x;;FAIL
-m cgroup ! --path /;-m cgroup ! --path "/";OK
-m cgroup --path /;-m cgroup --path "/";OK
