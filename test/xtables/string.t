*filter
:INPUT
-m string --algo bm --string foo;-m string --string "foo" --algo bm;OK
-m string --algo kmp ! --string "foo bar" --from 10 --to 100 --icase;-m string ! --string "foo bar" --algo kmp --from 10 --to 100 --icase;OK
-m string --algo bm --hex-string "GET|0d0a|x";-m string --hex-string "|4745540d0a78|" --algo bm;OK
-m string --algo bm --hex-string "|00 01 ff|";-m string --hex-string "|0001ff|" --algo bm;OK
-m string --algo bm --hex-string "abc";-m string --string "abc" --algo bm;OK
-m string --algo bm --hex-string "|0|";;FAIL
-m string --algo bm --hex-string "|0g|";;FAIL
-m string --algo bm --hex-string "|00";;FAIL
-m string --algo bm --hex-string "a\\|b";-m string --string "a|b" --algo bm;OK
-m string --algo foo --string foo;;FAIL
-m string --string foo;;FAIL
-m string --algo bm;;FAIL
-m string --algo bm --string "";;FAIL
-m string --algo bm --string foo --hex-string "|00|";;FAIL
-m string --algo bm --string foo --from 100 --to 50;;FAIL
-m string --algo bm --string foo --from 70000;;FAIL
-m string --algo bm --string 'a"b\c';-m string --string "a\"b\\c" --algo bm;OK
-m string --algo averyveryverylongname --string foo;;FAIL
