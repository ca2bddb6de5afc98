"""What a plot is made of, without a repository."""

from mlvc.ops.plotted import ByRelease, Limit, Point, Turn


def releases(count: int, *, metric: str = "f1", evaluator: str = "HEAD") -> ByRelease:
    """So many releases, of which the one before the last was restored and the last withdrawn."""
    points = tuple(
        Point(
            label=f"v1.{number}.0",
            value=0.7 + number % 7 / 1000,
            interval=(0.69 + number % 7 / 1000, 0.711 + number % 7 / 1000),
            verdict=("PASS", "FAIL", "INCONCLUSIVE", "ERROR", "NONE")[number % 5],
            current=number == count - 2,
            withdrawn=number == count - 1 > 0,
            baseline=number == count - 3,
        )
        for number in range(count)
    )
    turn = (
        Turn(points[-1].label, points[-2].label, 1_700_000_000, "it fell", False)
        if count > 1
        else None
    )
    return ByRelease(
        model="fraud",
        metric=metric,
        evaluator=evaluator,
        points=points,
        baseline=Limit(f"baseline {points[0].label}", points[0].value),
        limits=(Limit("gate min 0.2", 0.2), Limit("gate max_drop 0.002", points[0].value - 0.002)),
        turns=(turn,) if turn else (),
        notes=(),
    )
