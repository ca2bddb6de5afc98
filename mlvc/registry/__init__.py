"""Git as the registry: tags, evaluations, commits, worktrees. The only room that imports git."""
