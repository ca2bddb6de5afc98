# The checkout is done: whether the artifacts can follow is told, and is no failure of it.
code=0
[ ! -x "$before" ] || "$before" "$@" || code=$?
[ "$3" != 1 ] || [ "$1" = "$2" ] || follow "$1" "$2"
exit $code
