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
