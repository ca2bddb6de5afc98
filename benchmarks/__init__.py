"""How fast mlvc is: real repositories, and every figure beside its peer's from the same run."""
