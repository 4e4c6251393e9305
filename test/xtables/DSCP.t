*mangle
:FORWARD
-j DSCP --set-dscp 0x2e;=;OK
-j DSCP --set-dscp-class AF11;-j DSCP --set-dscp 0x0a;OK
-j DSCP;;FAIL
-j DSCP --set-dscp 64;;FAIL
-j DSCP --set-dscp-class XX;;FAIL
*filter
:FORWARD
-j DSCP --set-dscp 1;;FAIL
*mangle
:FORWARD
-j DSCP --set-dscp 0;-j DSCP --set-dscp 0x00;OK
-j DSCP --set-dscp 63;-j DSCP --set-dscp 0x3f;OK
-j DSCP --set-dscp 1 --set-dscp-class BE;;FAIL
-j DSCP --set-dscp-class BE;-j DSCP --set-dscp 0x00;OK
-j DSCP --set-dscp 1 --set-dscp 1;;FAIL
# What stands behind a class
*mangle
:FORWARD
-j DSCP --set-dscp-class AF11x;-j DSCP --set-dscp 0x0a;OK
-j DSCP --set-dscp-class cs0:1;-j DSCP --set-dscp 0x00;OK
-j DSCP --set-dscp-class EFEF;-j DSCP --set-dscp 0x2e;OK
-j DSCP --set-dscp-class AF44;;FAIL
-j DSCP --set-dscp-class CS;;FAIL
-j DSCP --set-dscp-class CS8;;FAIL
-j DSCP ! --set-dscp-class EF;;FAIL
-j DSCP ! --set-dscp 1;;FAIL
