*filter
:INPUT
-m physdev --physdev-in eth0 --physdev-is-in;-m physdev --physdev-is-in --physdev-in eth0;OK
-m physdev;;FAIL
-m physdev --physdev-out eth0;=;OK
:OUTPUT
-m physdev --physdev-out eth0;;FAIL
-m physdev --physdev-is-bridged --physdev-out eth0;-m physdev --physdev-out eth0 --physdev-is-bridged;OK
:FORWARD
-m physdev ! --physdev-is-bridged ! --physdev-is-out ! --physdev-is-in --physdev-in a+ ! --physdev-out b;-m physdev ! --physdev-is-in --physdev-in a+ ! --physdev-is-out ! --physdev-out b ! --physdev-is-bridged;OK
-m physdev --physdev-in sixteencharacters;;FAIL
*filter
:FORWARD
-m physdev --physdev-in fifteencharacte;=;OK
-m physdev --physdev-in "a b";-m physdev --physdev-in a b;OK;LOSSY
-m physdev --physdev-in a/b;=;OK
-m physdev ! --physdev-in eth0;=;OK
-m physdev ! --physdev-out eth+;=;OK
-m physdev --physdev-is-in;=;OK
-m physdev ! --physdev-is-in;=;OK
-m physdev --physdev-is-out;=;OK
-m physdev ! --physdev-is-out;=;OK
-m physdev --physdev-is-bridged;=;OK
-m physdev ! --physdev-is-bridged;=;OK
-m physdev --physdev-is-in --physdev-is-in;;FAIL
-m physdev --physdev-in a --physdev-in a;;FAIL
:OUTPUT
-m physdev --physdev-is-out;;FAIL
-m physdev ! --physdev-is-out;;FAIL
-m physdev ! --physdev-is-bridged --physdev-out eth0;;FAIL
-m physdev --physdev-in eth0;=;OK
-m physdev --physdev-is-bridged;=;OK
:INPUT
-m physdev --physdev-is-out;=;OK
*mangle
:POSTROUTING
-m physdev --physdev-out eth0;=;OK
-m physdev --physdev-is-out;=;OK
*filter
:FORWARD
-m physdev --physdev-is-bridged --physdev-is-in --physdev-is-out;-m physdev --physdev-is-in --physdev-is-out --physdev-is-bridged;OK
