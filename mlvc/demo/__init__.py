"""`mlvc demo`: the tutorial. It types what a reader could type, and checks what it claims."""

from mlvc.demo.story import tell

__all__ = ["tell"]
