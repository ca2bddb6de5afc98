"""What is told of a revision: how each of its models does, beside what it is compared with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mlvc.domain.evaluation import choose
from mlvc.domain.gate import Judgement
from mlvc.domain.verdict import Verdict, overall
from mlvc.errors import MlvcError
from mlvc.github.sides import Question, Side, has_model, models, sides, terms
from mlvc.ops.evaluating import Evaluated, evaluate, unknown
from mlvc.ops.evaluation_jobs import How
from mlvc.ops.evaluation_run import Run
from mlvc.ops.evaluators import By
from mlvc.ops.gating import gate_release
from mlvc.ops.naming import Target, resolve
from mlvc.ops.project import Project
from mlvc.ops.reproducing import steady
from mlvc.ops.scores import all_recorded, evaluator_at, known, same_at

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Column:
    """What a report knows of one side: metrics by name, or why there are none."""

    side: Side
    metrics: Mapping[str, float]
    error: str = ""


@dataclass(frozen=True)
class Report:
    """One model's. The first column is the subject; `evaluator` is whose metrics these are.

    `names` are the metrics worth showing, `notes` what a reader must know to believe them.
    """

    model: str
    columns: tuple[Column, ...]
    evaluator: str
    judgement: Judgement
    baselines: tuple[str, ...]
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def subject(self) -> Side:
        """What is judged."""
        return self.columns[0].side


def verdict(reports: tuple[Report, ...]) -> Verdict:
    """That of all models together."""
    return overall(report.judgement.verdict for report in reports)


def missing(project: Project, question: Question) -> tuple[Run, ...]:
    """The evaluations that a report needs and nobody has made; of each pair one."""
    found: list[Run] = []
    for model in models(project, question):
        by = _by(project, question, model)
        found += unknown(project, _targets(project, question, model), by)
    return tuple({run.pair: run for run in reversed(found)}.values())[::-1]


def made(project: Project, question: Question, how: How, tell: Tell) -> tuple[Evaluated, ...]:
    """Make them, here. One that fails is an ERROR in the report."""
    rows: list[Evaluated] = []
    for model in models(project, question):
        by = _by(project, question, model)
        if targets := _targets(project, question, model):
            rows += evaluate(project, targets, by, how, tell)
    return tuple(rows)


def reports(project: Project, question: Question) -> tuple[Report, ...]:
    """A report on each model that is meant. Nothing is run."""
    return tuple(_report(project, question, model) for model in models(project, question))


def _targets(project: Project, question: Question, model: str) -> list[Target]:
    found = (side.target for side in sides(project, question, model))
    return [target for target in found if has_model(project, target)]


def _by(project: Project, question: Question, model: str) -> By:
    return By((resolve(project, question.terms.with_revision, model),))


def _report(project: Project, question: Question, model: str) -> Report:
    found = sides(project, question, model)
    base = resolve(project, question.terms.with_revision, model)
    columns = tuple(_column(project, side, base.commit, run=side is found[0]) for side in found)
    subject = found[0].target
    try:
        gated = gate_release(project, subject.commit, terms(project, question, model), model)
        judgement, baselines = gated.judgement, gated.baselines
        if columns[0].error:
            judgement = Judgement(Verdict.ERROR, ())
        notes = _notes(project, question, model, base.commit)
    except MlvcError as error:
        judgement, baselines = Judgement(Verdict.ERROR, ()), ()
        notes = (f"{error.message}. {error.hint}".rstrip(),)
    names = tuple(steady(project, model, {name for c in columns for name in c.metrics}))
    return Report(model, columns, base.label, judgement, baselines, names, notes)


def _column(project: Project, side: Side, evaluator_commit: str, *, run: bool) -> Column:
    """What is known of a side; with `run`, only if it was run: files of its own prove nothing."""
    target = side.target
    if not has_model(project, target):
        return Column(side, {}, f"there is no model {target.model}")
    try:
        judge = evaluator_at(project, evaluator_commit, target.model, evaluator_commit[:10])
        past = all_recorded(project, target, judge)
        counts = choose(past)
        if run and counts is None:
            failed = next((one.error for one in past if one.error), "")
            return Column(side, {}, failed or "it was not evaluated")
        metrics = known(project, target.commit, target.model, judge)
    except MlvcError as error:
        return Column(side, {}, error.message)
    return Column(side, metrics or {}, "" if metrics is not None else "it was not evaluated")


def _notes(project: Project, question: Question, model: str, by: str) -> tuple[str, ...]:
    """What this changes in how models are judged: who reads the verdict must know."""
    if question.base is None:
        return ()
    base = resolve(project, question.base, model)
    notes = []
    if project.settings(base.commit).rules(model) != project.settings(by).rules(model):
        notes.append("The gates are not those of the base: this changes them.")
    if project.object_at(base.commit, model) is not None:
        judge = evaluator_at(project, by, model, by[:10])
        if same_at(project, base, judge) is None:
            notes.append(
                "The evaluator is not that of the base: this changes it. All columns are by the"
                " new one."
            )
    return tuple(notes)
