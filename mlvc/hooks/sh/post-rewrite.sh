# What a rebase skipped is made up for at its end.
code=0
[ ! -x "$before" ] || "$before" "$@" || code=$?
[ "$1" != rebase ] || follow ORIG_HEAD HEAD
exit $code
