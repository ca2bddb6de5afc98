"""Settings come back from their text as they were."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.domain import settings_text
from mlvc.domain.config import load

NAMES = st.sampled_from(["fraud", "sub:spam", "gates", "ä"])
PLACES = st.sampled_from(["production", "eu/canary", "lab"])
GATES = st.lists(
    st.fixed_dictionaries(
        {
            "metric": st.sampled_from(["f1", "test.accuracy"]),
            "max_drop": st.sampled_from([0, "5%"]),
        },
        optional={
            "min": st.floats(-1, 0),
            "goal": st.sampled_from(["maximize", "minimize"]),
            "test": st.just("paired_bootstrap"),
            "confidence": st.floats(0.6, 0.99),
            "slice": st.dictionaries(st.just("origin"), st.integers() | st.text(), min_size=1),
            "baseline": st.sampled_from(["production", "v1.2.0"]),
        },
    ),
    max_size=2,
)
ENVIRONMENTS = st.dictionaries(
    PLACES,
    st.fixed_dictionaries(
        {"gates": GATES},
        optional={"requires": PLACES, "verdict": st.sampled_from(["PASS", "INCONCLUSIVE"])},
    ),
    max_size=2,
)
EVALUATION = st.fixed_dictionaries(
    {},
    optional={
        "stages": st.lists(st.just("evaluate")) | st.none(),
        "volatile": st.lists(st.just("time.*")),
        "predictions": st.fixed_dictionaries(
            {"path": st.just("p.csv"), "truth": st.just("late")},
            optional={"positive": st.just("1"), "group": st.just("customer")},
        ),
    },
)
OWN = st.fixed_dictionaries(
    {},
    optional={
        "gates": GATES,
        "environments": ENVIRONMENTS,
        "evaluation": EVALUATION,
        "signature": st.just("models/signature.json"),
    },
)
SECTIONS = st.fixed_dictionaries(
    {},
    optional={
        "gates": GATES,
        "environments": ENVIRONMENTS,
        "bump": st.dictionaries(st.sampled_from(["code", "data"]), st.just("major")),
        "evaluation": EVALUATION,
        "models": st.dictionaries(NAMES, OWN, max_size=2),
        "prepare": st.integers(0, 3),
        "hooks": st.fixed_dictionaries({"allow": st.lists(st.just("*.pkl"))}),
    },
)


@given(SECTIONS)
@settings(max_examples=60, deadline=None)
def test_settings_come_back_from_their_text_as_they_were(section: dict[str, Any]) -> None:
    found = load(section)
    assert settings_text.decode(settings_text.encode(found)) == found
