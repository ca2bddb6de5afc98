[ ! -x "$before" ] || "$before" "$@" || exit

# The tree that is to be committed: with `git commit PATH` it is not what the index has.
look() {
    tree=$(git write-tree) && mlvc pre-commit "$tree"
    exit
}

# Most commits are of small files of code: there is a rule for none of them.
staged=$(git diff-index --cached -r --no-renames --no-abbrev HEAD -- 2>/dev/null) || look
printf '%s\n' "$staged" | grep -qiE '@NAMES@' && look
printf '%s\n' "$staged" | sed 's/^:[0-9]* [0-9]* [0-9a-f]* //; s/ .*//' |
    git cat-file --batch-check='%(objectsize)' | grep -q '^[0-9]\{6,\}$' && look
exit 0
