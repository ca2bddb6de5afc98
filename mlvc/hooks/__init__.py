"""Git hooks: scripts that decide in the shell whether there is anything to do, and what they do."""
