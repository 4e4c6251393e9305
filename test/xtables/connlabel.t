*filter
:INPUT
-m connlabel --label 5;-m connlabel --label "5";OK
-m connlabel ! --label 0x7f --set;-m connlabel ! --label "127" --set;OK
-m connlabel --label 128;;FAIL
-m connlabel --label foo;;FAIL
-m connlabel --label "";;FAIL
-m connlabel --set;;FAIL
-m connlabel --label 1 --label 2;;FAIL
