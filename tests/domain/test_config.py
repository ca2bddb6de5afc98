"""The `mlvc:` section: what is accepted, and how a mistake is named."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlvc.domain.admission import Conditions
from mlvc.domain.bump import Policy
from mlvc.domain.config import load
from mlvc.domain.names import parse_query
from mlvc.domain.promotion import is_environment
from mlvc.domain.rule import Rule
from mlvc.errors import Exit, MlvcError


def refusal(section: Any) -> MlvcError:
    with pytest.raises(MlvcError) as caught:
        load(section)
    assert caught.value.code is Exit.REFUSED and caught.value.hint
    return caught.value


def test_an_absent_section_gives_the_defaults() -> None:
    sections: tuple[Any, ...] = (None, {})
    for section in sections:
        settings = load(section).for_model("fraud")
        assert settings.rules == ()
        assert settings.bump == Policy("major", "minor", "minor", "patch")
        assert settings.evaluation.stages is None and settings.evaluation.from_model == ()
        assert settings.signature is None


def test_a_tested_gate_is_read() -> None:
    gate = {"metric": "auc", "max_drop": "2.5%", "test": "paired_bootstrap", "score": "roc_auc"}
    (rule,) = load({"gates": [{**gate, "confidence": 0.9, "min_samples": 10}]}).rules("fraud")
    assert rule == Rule(
        "auc",
        max_drop=0.025,
        relative=True,
        test="paired_bootstrap",
        confidence=0.9,
        min_samples=10,
        score="roc_auc",
    )
    assert (rule.is_tested, rule.computed) == (True, "roc_auc")
    own = {"metric": "test.accuracy", "max_drop": 0.1, "test": "mcnemar"}
    assert load({"gates": [own]}).rules("fraud")[0].computed == "test.accuracy"


def test_a_full_section_is_read() -> None:
    settings = load(
        {
            "gates": [{"metric": "auc", "min": 0, "max_drop": 0.01}],
            "bump": {"code": "patch"},
            "evaluation": {
                "stages": ["evaluate"],
                "from_model": ["models/encoder.pkl"],
                "volatile": ["time.*"],
            },
            "models": {
                "sub:spam": {
                    "gates": [{"metric": "rmse", "max": 2.5, "goal": "minimize"}],
                    "signature": "models/signature.json",
                },
                "quiet": {"gates": []},
            },
        }
    )
    assert settings.rules("fraud") == (Rule("auc", min=0.0, max_drop=0.01),)
    assert settings.rules("sub=spam") == (Rule("rmse", max=2.5, goal="minimize"),)
    assert settings.rules("quiet") == ()
    spam = settings.for_model("sub=spam")
    assert spam.signature == "models/signature.json"
    assert spam.evaluation.stages == ("evaluate",)
    assert spam.evaluation.volatile == ("time.*",)
    assert spam.bump == Policy(code="patch")


AUC = {"metric": "auc", "min": 0.5}
DROP = {"max_drop": 0.1}


@pytest.mark.parametrize(
    ("section", "path", "hint"),
    [
        ({"gates": [{"metric": "auc", "mim": 1}]}, "mlvc.gates[0].mim", "did you mean min?"),
        ({"gates": [AUC, {**AUC, "zzz": 1}]}, "mlvc.gates[1].zzz", "known keys: metric, min"),
        ({"gate": []}, "mlvc.gate", "did you mean gates?"),
        ({"bump": {"param": "minor"}}, "mlvc.bump.param", "did you mean params?"),
        ({"models": {"gates": {"gate": []}}}, "mlvc.models.gates.gate", "did you mean gates?"),
        (
            {"models": {"a": {"gates": [{**AUC, "gaol": "x"}]}}},
            "mlvc.models.a.gates[0].gaol",
            "did you mean goal?",
        ),
        ({"evaluation": {"stage": []}}, "mlvc.evaluation.stage", "did you mean stages?"),
    ],
)
def test_an_unknown_key_is_named_by_its_path(section: Any, path: str, hint: str) -> None:
    error = refusal(section)
    assert error.message == f"params.yaml: {path} is not a known key"
    assert hint in error.hint


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ({"gates": [{**AUC, "min": float("nan")}]}, "mlvc.gates[0].min"),
        ({"gates": [{**AUC, "max": float("inf")}]}, "mlvc.gates[0].max"),
        ({"gates": [{**AUC, "max_drop": -0.1}]}, "mlvc.gates[0].max_drop"),
        ({"gates": [{**AUC, "min": "0.5"}]}, "mlvc.gates[0].min"),
        ({"gates": [{**AUC, "min": True}]}, "mlvc.gates[0].min"),
        ({"gates": [{**AUC, "goal": "up"}]}, "mlvc.gates[0].goal"),
        ({"gates": [{"min": 1}]}, "mlvc.gates[0].metric is missing"),
        ({"gates": [{"metric": "", "min": 1}]}, "mlvc.gates[0].metric"),
        ({"gates": [{"metric": "auc"}]}, "mlvc.gates[0] needs one of min, max, max_drop"),
        ({"gates": [{**AUC, "max_drop": "2"}]}, "mlvc.gates[0].max_drop"),
        ({"gates": [{**AUC, "test": "paired_bootstrap"}]}, "mlvc.gates[0] has a test, but no max"),
        ({"gates": [{**AUC, **DROP, "test": "t"}]}, "mlvc.gates[0].test"),
        ({"gates": [{**AUC, **DROP, "confidence": 0.4}]}, "mlvc.gates[0].confidence"),
        ({"gates": [{**AUC, **DROP, "min_samples": -1}]}, "mlvc.gates[0].min_samples"),
        ({"gates": [{**AUC, **DROP, "test": "mcnemar"}]}, "mlvc.gates[0] has test mcnemar, which"),
        ({"gates": [{**AUC, "slice": {}}]}, "mlvc.gates[0].slice"),
        ({"gates": [{**AUC, "slice": {"a": "1", "b": "2"}}]}, "mlvc.gates[0].slice"),
        ({"evaluation": {"predictions": {"path": "p.csv"}}}, "mlvc.evaluation.predictions.truth"),
        ({"gates": [{"metric": "a", "min": 2, "max": 1}]}, "mlvc.gates[0] has a min above its max"),
        ({"gates": {"auc": 1}}, "mlvc.gates is"),
        ({"bump": {"code": "huge"}}, "mlvc.bump.code"),
        ({"evaluation": {"stages": "evaluate"}}, "mlvc.evaluation.stages"),
        ({"models": {1: {}}}, "mlvc.models"),
        ([], "mlvc is []"),
        ("x", "mlvc is 'x'"),
    ],
)
def test_a_mistake_is_named_by_its_path(section: Any, path: str) -> None:
    assert refusal(section).message.startswith(f"params.yaml: {path}")


def test_no_other_module_of_the_domain_loads_pydantic() -> None:
    names = "bump evaluation gate history names release rollback trailers version"
    code = "import sys\n" + "\n".join(f"import mlvc.domain.{n}" for n in names.split())
    code += "\nassert not {'pydantic', 'git', 'dvc', 'numpy', 'gto'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


COMPARED: dict[str, Any] = {"metric": "f1", "max_drop": 0.1}


@given(
    st.text(max_size=20)
    | st.from_regex(r"[a-z=]{1,6}@v?[0-9.]{5,8}", fullmatch=True)
    | st.from_regex(r"[a-zA-Z0-9/_-]{1,12}", fullmatch=True)
)
@settings(max_examples=200, deadline=None)
@example("last-good")
@example("production")
@example("eu/production")
@example("1.2.0")
@example("sub=fraud@v1.2.0-rc.1")
@example("--all")
@example("main~3")
@example("refs/heads/main")
@example("production\n")
def test_a_baseline_is_last_good_or_an_environment_or_a_release(text: str) -> None:
    section = {"gates": [{**COMPARED, "baseline": text}]}
    if is_environment(text) or is_version(text):
        assert load(section).rules("fraud")[0].baseline == text
    else:
        assert refusal(section).message.startswith("params.yaml: mlvc.gates[0].baseline ")


def is_version(text: str) -> bool:
    try:
        return parse_query(text).version is not None
    except MlvcError:
        return False


@pytest.mark.parametrize(
    ("gate", "says"),
    [
        ({"metric": "f1", "min": 0.1, "baseline": "production"}, "no max_drop"),
        ({**COMPARED, "baseline": 1.2}, "baseline is 1.2"),
        (
            {**COMPARED, "baseline": "main~3"},
            "neither last-good, nor an environment, nor a release",
        ),
        ({**COMPARED, "baseline": "-x"}, "neither last-good"),
        ({**COMPARED, "baseline": "a..b"}, "neither last-good"),
    ],
)
def test_a_mistaken_baseline_is_named(gate: dict[str, Any], says: str) -> None:
    assert says in refusal({"gates": [gate]}).message


def test_environments_have_gates_and_a_model_may_have_its_own() -> None:
    section = {
        "environments": {"production": {"gates": [COMPARED]}, "eu/canary": {}},
        "models": {"spam": {"environments": {"production": {"gates": []}, "lab": {}}}},
    }
    fraud, spam = (load(section).for_model(name).environments for name in ("fraud", "spam"))
    assert [rule.metric for rule in fraud["production"]] == ["f1"]
    assert set(fraud) == {"production", "eu/canary"} and fraud["eu/canary"] == ()
    assert set(spam) == {"production", "eu/canary", "lab"} and spam["production"] == ()


def test_environments_have_rules() -> None:
    rules = {"requires": "staging", "after": "1.5h", "verdict": "PASS"}
    found = load({"environments": {"production": rules, "staging": {}}}).for_model("fraud")
    assert found.conditions["production"] == Conditions("staging", 5400, "PASS")
    assert found.conditions["staging"] == Conditions()


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"environments": {"gates": {"gate": []}}}, "mlvc.environments.gates.gate is not a known"),
        (
            {"environments": {"x": {"gates": [{**COMPARED, "mni": 1}]}}},
            "x.gates[0].mni is not a known",
        ),
        ({"environments": {"-x": {}}}, "mlvc.environments.-x is no name of an environment"),
        ({"environments": {"last-good": {}}}, "mlvc.environments.last-good is no name"),
        ({"environments": {"x": {"after": "2h"}}}, "environments.x has an after, but no requires"),
        ({"environments": {"x": {"requires": "y", "after": "2 weeks"}}}, "x.after is '2 weeks' is"),
        ({"environments": {"x": {"requires": "a b"}}}, "environments.x.requires is no name"),
        ({"environments": {"x": {"verdict": "FAIL"}}}, "environments.x.verdict is 'FAIL': input"),
        (
            {"models": {"environments": {"environments": {"gates": {"min": 1}}}}},
            "mlvc.models.environments.environments.gates.min is not a known",
        ),
    ],
)
def test_a_mistake_in_an_environment_is_named_by_its_path(section: Any, says: str) -> None:
    assert says in refusal(section).message
