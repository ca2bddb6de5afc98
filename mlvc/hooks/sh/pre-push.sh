refs=$(cat)
if [ -x "$before" ]; then
    { [ ! "$refs" ] || printf '%s\n' "$refs"; } | "$before" "$@" || exit
fi
# Branches, and tags that are none of mlvc's, are no business of it.
case $refs in
*refs/tags/*[@#]*) printf '%s\n' "$refs" | mlvc pre-push "$1" ;;
esac
