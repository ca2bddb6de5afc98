#!/bin/sh
# What .pre-commit-hooks.yaml runs: as the hooks of `mlvc hooks install`, by the mlvc on PATH.
name=$1 before='' here=${0%/*}
mlvc() { MLVC_HOOK=1 command mlvc hooks run -- "$@"; }
case $name in
pre-commit) tree=$(git write-tree) && mlvc pre-commit "$tree"; exit ;;
post-checkout)
    set -- "$PRE_COMMIT_FROM_REF" "$PRE_COMMIT_TO_REF" "$PRE_COMMIT_CHECKOUT_TYPE" ;;
post-merge) set -- "$PRE_COMMIT_IS_SQUASH_MERGE" ;;
post-rewrite) set -- "$PRE_COMMIT_REWRITE_COMMAND" ;;
esac
. "$here/follow.sh"
. "$here/$name.sh"
