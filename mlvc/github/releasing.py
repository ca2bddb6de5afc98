"""A release as GitHub's: its notes, and publishing them."""

from dataclasses import dataclass
from urllib.parse import quote

from mlvc.domain.figures import number
from mlvc.domain.markdown import fenced, quiet, table
from mlvc.domain.release import Release
from mlvc.errors import MlvcError
from mlvc.github.api import Api, ApiError
from mlvc.ops.differing import Diff, diff
from mlvc.ops.listing import show
from mlvc.ops.project import Project

_MOST = 125_000  # characters of the notes
_LISTED = 20  # of each kind of change
_NOT_FOUND = 404


@dataclass(frozen=True)
class Published:
    """A release of GitHub's: `url` is its page, `fresh` whether it was not there before."""

    release: str
    url: str
    fresh: bool


def publish(api: Api, project: Project, name: str) -> Published:
    """Make the release of a tag, or write its notes anew. Raises `ApiError`."""
    release = show(project, name).release
    body = {
        "tag_name": release.tag,
        "name": release.name,
        "body": notes(project, release)[:_MOST],
        "prerelease": bool(release.version.prerelease),
    }
    there = _there(api, release.tag)
    if there is None:
        done = api.call("POST", "releases", body)
    else:
        done = api.call("PATCH", f"releases/{there}", body)
    return Published(release.name, str(done["html_url"]), there is None)


def _there(api: Api, tag: str) -> int | None:
    try:
        return int(api.call("GET", f"releases/tags/{quote(tag, safe='')}")["id"])
    except ApiError as error:
        if error.status == _NOT_FOUND:
            return None
        raise


def notes(project: Project, release: Release) -> str:
    """What there is to know of a release, as Markdown."""
    before = _before(project, release)
    parts = [
        fenced(release.message.partition("\n")[2].strip()) if "\n" in release.message else "",
        f"**Verdict: {release.verdict}**",
        f"Although: {quiet(release.override)}" if release.override else "",
        _metrics(release, before),
        _changes(before) if before else "",
        _digests(release),
        f"Prove it: `mlvc verify {release.name} --remote`.",
        f"Go back to it: `mlvc rollback {release.name}`.",
    ]
    return "\n\n".join(part for part in parts if part)


def _before(project: Project, release: Release) -> Diff | None:
    """What differs from the previous release; None where there is none, or it is gone."""
    if not release.previous:
        return None
    try:
        return diff(project, release.previous, release.name)
    except MlvcError:
        return None


def _metrics(release: Release, before: Diff | None) -> str:
    if before is None:
        rows = [(quiet(name), number(value)) for name, value in sorted(release.metrics.items())]
        return table(rows, ("Metric", quiet(release.name))) if rows else ""
    cells = [(quiet(m.name), number(m.old), number(m.new)) for m in before.metrics]
    if not cells:
        return ""
    text = table(cells, ("Metric", quiet(before.old), quiet(before.new)))
    if before.same_evaluator:
        return text
    return f"{text}\n\nEach by its own evaluator, so these cannot be compared."


def _changes(before: Diff) -> str:
    found = before.difference
    params = [f"{p.name}: {_value(p.old)} → {_value(p.new)}" for p in found.params]
    kinds = {"Parameters": params, "Data": list(found.data), "Code": list(found.code)}
    lines = [f"### Changes since {quiet(before.old)}"]
    for title, items in kinds.items():
        lines += [f"- {title}: {quiet(item)}" for item in items[:_LISTED]]
        if len(items) > _LISTED:
            lines.append(f"- {title}: and {len(items) - _LISTED:,} more")
    if before.artifact[0] == before.artifact[1]:
        lines.append("- The artifact is the same.")
    return "\n".join([lines[0], "", *lines[1:]])


def _value(value: object) -> object:
    return "–" if value is None else value


def _digests(release: Release) -> str:
    found = {
        "Model": release.digest,
        "Lineage": release.lineage_digest,
        "DVC object": release.object,
        "Commit": release.commit,
    }
    rows = [(name, f"`{value}`") for name, value in found.items() if value and "`" not in value]
    return f"### Digests\n\n{table(rows, ('', ''))}"
