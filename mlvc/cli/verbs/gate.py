"""`mlvc gate`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, verb_app
from mlvc.cli.tables import Markdown, escaped, markdown, refuse_several
from mlvc.errors import Exit

if TYPE_CHECKING:
    from mlvc.ops.gating import Gated

app = verb_app()
_CODES = {
    "FAIL": Exit.GATE_FAIL,
    "INCONCLUSIVE": Exit.GATE_INCONCLUSIVE,
    "ERROR": Exit.GATE_ERROR,
}


@app.command()
def gate(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[RELEASE | REV]")] = "HEAD",
    baseline: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Compare with this, whatever the gates name."),
    ] = None,
    env: Annotated[
        str | None,
        typer.Option(metavar="ENV", help="Apply the gates of this environment instead."),
    ] = None,
    with_: Annotated[
        str, typer.Option("--with", metavar="REV", help="Whose evaluator counts.")
    ] = "HEAD",
    model: Model = None,
    json: Json = False,
    md: Markdown = False,
) -> None:
    """Judge a release by the gates of params.yaml. Nothing is run: `mlvc eval` does that.

    \b
      mlvc gate                       HEAD by its own metrics
      mlvc gate v1.3.0 --baseline v1.2.0
      mlvc gate v1.3.0 --env production

    A gate in params.yaml has a metric and min, max or max_drop (0.02, or a share such as 5%).
    max_drop compares with the last good release, or with its `baseline`: what is in an environment
    (production), or a release (v1.2.0). Where nothing is in the environment yet, it does not apply.

    With `test: paired_bootstrap` (or mcnemar, of accuracy) max_drop is judged by an interval, from
    both models' predictions on the same rows: FAIL where all of it is beyond the margin, PASS where
    all of it is within, else INCONCLUSIVE. `confidence` (0.95) holds for all tests of a verdict
    together; `min_samples` asks for so many rows; `score` names the metric where its own name
    (accuracy, f1, roc_auc, rmse …) does not tell; `slice: {origin: JFK}` is about those rows alone,
    whose column `origin` has that value. The predictions are named once, and an environment may
    have gates of its own, which count for it alone:

    \b
      mlvc:
        environments:
          production:
            gates: [{metric: f1, max_drop: 0.01, baseline: production}]
        evaluation:
          predictions: {path: predictions.csv, truth: label, predicted: said,
                        score: probability, id: row, positive: "1"}

    Exit codes: 0 PASS (or no gates), 3 FAIL, 4 INCONCLUSIVE, 5 ERROR.
    """
    from mlvc.ops.gating import Terms, gate_release

    refuse_several(json=json, md=md)

    terms = Terms(baseline, with_, env)
    found = gate_release(context.obj.project(), name, terms, model)
    verdict = found.judgement.verdict
    if json:
        output.document("gate", {"verdict": verdict, "subject": found.subject,
                                 "baseline": next(iter(found.baselines), None),
                                 "baselines": found.baselines, "environment": env,
                                 "evaluator": found.evaluator,
                                 "findings": found.judgement.findings, "hint": found.hint,
                                 "metrics": found.metrics})  # fmt: skip
    else:
        _print(found, md=md)
        if not found.judgement.findings:
            where = "mlvc" if env is None else f"mlvc.environments.{env}"
            context.obj.say(f"no gates for {found.model}: params.yaml has none below `{where}:`")
        if found.hint:
            context.obj.say(f"hint: {found.hint}")
    raise typer.Exit(_CODES.get(verdict, Exit.OK))


def _print(found: "Gated", *, md: bool) -> None:
    verdict = found.judgement.verdict
    against = f", compared with {', '.join(found.baselines)}" if found.baselines else ""
    by = f"{found.subject}{against}, evaluator of {found.evaluator}"
    rows = [(f.verdict, f.rule_text, f.explanation) for f in found.judgement.findings]
    if md:
        print(f"**{verdict}** {escaped(by)}\n")
        markdown(rows, ("VERDICT", "GATE", "WHY"))
        return
    style = {"PASS": "green", "FAIL": "red"}.get(verdict, "yellow")
    print(f"{output.paint(verdict, style)}  {by}")
    output.table([(" ", *row) for row in rows])
