*filter
:INPUT
-m connlabel --label 5;-m connlabel --label "5";OK
-m connlabel ! --label 0x7f --set;-m connlabel ! --label "127" --set;OK
-m connlabel --label 128;;FAIL
-m connlabel --label foo;;FAIL
-m connlabel --label "";;FAIL
-m connlabel --set;;FAIL
-m connlabel --label 1 --label 2;;FAIL
*filter
:INPUT
-m connlabel --label 0;-m connlabel --label "0";OK
-m connlabel --label 127;-m connlabel --label "127";OK
-m connlabel ! --label 5;-m connlabel ! --label "5";OK
-m connlabel --label 5 --set;-m connlabel --label "5" --set;OK
-m connlabel --label 65536;-m connlabel --label "0";OK
-m connlabel --label 65535;;FAIL
-m connlabel --label 65663;-m connlabel --label "127";OK
-m connlabel --label 65664;;FAIL
-m connlabel --label 2147483647;;FAIL
-m connlabel --label 2147483648;;FAIL
-m connlabel --label 5x;;FAIL
-m connlabel --label 1 --set --set;;FAIL
-m connlabel --label 1 ! --set;;FAIL
*filter
:INPUT
-m connlabel --label x;;FAIL
-m connlabel --label 127 --set;-m connlabel --label "127" --set;OK
