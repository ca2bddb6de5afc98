# The artifacts follow HEAD from $1 to $2 where what points at them differs, and Git is at rest.
follow() {
    # A run of stages in a place of mlvc's own.
    case $PWD/ in */.dvc/tmp/mlvc/*) return ;; esac
    [ ! "$MLVC_HOOK" ] || return
    own=${GIT_DIR:-$(git rev-parse --git-dir)}
    busy='sequencer BISECT_LOG CHERRY_PICK_HEAD REVERT_HEAD'
    # The checkout of a rebase that has nothing left to do is the last that is heard of it.
    todo=$own/rebase-merge/git-rebase-todo
    [ "$name" = post-rewrite ] || { [ -e "$todo" ] && [ ! -s "$todo" ]; } ||
        busy="$busy rebase-merge rebase-apply"
    for what in $busy; do
        [ ! -e "$own/$what" ] || return
    done
    git diff-tree -r --quiet "$1" "$2" -- '*dvc.lock' '*.dvc' 2>/dev/null ||
        mlvc "$name" "$1" "$2"
}
