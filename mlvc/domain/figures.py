"""Numbers as people read them."""


def is_number(cell: str) -> bool:
    """Whether a cell is a number, or says that there is none."""
    return (cell.strip("+-.%0123456789e") == "" and any(c.isdigit() for c in cell)) or cell == "–"


def number(value: float | None, signed: bool = False) -> str:
    """A metric as people read it."""
    if value is None:
        return "–"
    if float(value).is_integer() and abs(value) >= 10:  # noqa: PLR2004 - counts, not scores
        return f"{value:+.0f}" if signed else f"{value:.0f}"
    if signed and value == 0:
        return "0"
    if 0 < abs(value) < 0.001:  # noqa: PLR2004 - four decimals would leave little of it
        return f"{value:+.2g}" if signed else f"{value:.2g}"
    return f"{value:+.4f}" if signed else f"{value:.4f}"
