"""DVC as the store: its files, objects, remotes, running stages. Only this room imports dvc."""
