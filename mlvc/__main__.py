"""`python -I -m mlvc`: how hooks and workers start mlvc, whatever the repository holds."""

from mlvc.cli.app import main

if __name__ == "__main__":
    main()
