"""Applying gates: to a target's metrics, beside what each of them compares with."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlvc.domain import gate
from mlvc.domain.evaluator import Evaluator
from mlvc.domain.gate import Baseline, Finding, Judgement
from mlvc.domain.rule import Rule
from mlvc.domain.verdict import overall
from mlvc.ops.baselines import Against
from mlvc.ops.naming import Target
from mlvc.ops.predicting import Tables
from mlvc.ops.project import Project
from mlvc.ops.scores import known
from mlvc.ops.testing import Side, drops, slices


@dataclass(frozen=True)
class Gate:
    """Rules, the evaluator of both sides, and what the rules compare with, by name."""

    project: Project
    rules: tuple[Rule, ...]
    by: Evaluator
    before: Mapping[str, Against]

    def judge(self, target: Target, metrics: Mapping[str, float]) -> Judgement:
        """Apply the rules to a target that has these metrics."""
        tables = Tables(self.project, self.by, self.rules)
        values = {**metrics, **slices(self.rules, tables, target)}
        past = {name: self._baseline(name, tables, (target, values)) for name in self.before}
        findings: list[Finding] = []
        for rule in self.rules:
            findings += gate.judge([rule], values, past.get(rule.baseline, Baseline())).findings
        return Judgement(overall(finding.verdict for finding in findings), tuple(findings))

    def _baseline(self, name: str, tables: Tables, candidate: Side) -> Baseline:
        one = self.before[name]
        if one.target is None:
            return Baseline(expected=one.expected, why=one.why)
        rules = [r for r in self.rules if r.baseline == name and r.max_drop is not None]
        commit, model = one.target.commit, one.target.model
        metrics = known(self.project, commit, model, self.by) if rules else None
        if metrics is None:
            return Baseline(name=one.label)
        past = {**metrics, **slices(rules, tables, one.target)}
        tests = sum(rule.is_tested for rule in self.rules)
        found = drops(rules, tables, candidate, (one.target, past), tests)
        return Baseline(past, one.label, drops=found)
