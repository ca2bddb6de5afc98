[ ! -x "$before" ] || exec "$before" "$@"
