# The merge is done: whether the artifacts can follow is told, and is no failure of it.
code=0
[ ! -x "$before" ] || "$before" "$@" || code=$?
# A squash leaves HEAD where it is.
[ "$1" = 1 ] || follow ORIG_HEAD HEAD
exit $code
