# From a log of ctest: what each failed test printed, its last 60 lines; nothing when none failed.
function end_of_test(   i) {
  for (i = (lines > 60 ? lines - 60 : 0); i < lines; i++) print text[i]
  lines = 0
}
/^ *(Start +[0-9]+:|[0-9]+\/[0-9]+ Test +#|[0-9]+% tests passed)/ {
  end_of_test()
  in_failed = /\*\*\*/ && !/\*\*\*Skipped/
  if (in_failed) print
  next
}
in_failed { text[lines++] = $0 }
END { end_of_test() }
