"""Releases: a model and a version, bound to a commit by an annotated tag."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from mlvc.domain import trailers
from mlvc.domain.names import format_release_tag, parse_release_order, parse_release_tag
from mlvc.domain.trailers import Trailer
from mlvc.domain.verdict import Verdict
from mlvc.domain.version import Precedence, Version, parse_version
from mlvc.errors import MlvcError

# `float` reads more than numbers: `1_000`, ` 1`, `nan`, the digits of other scripts.
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_VERDICTS = dict(Verdict.__members__)


@dataclass(frozen=True)
class Release:
    """A release as its tag tells it.

    A tag that plain GTO wrote has no trailers: then path, digests and the like are None and the
    verdict is NONE. `commit` is a hex id, `tagged_at` epoch seconds. `digest` is `sha256:…` of
    the artifact, `object` its DVC digest (`md5:…`). `override` is why it was released although its
    gate said FAIL. `signed` says that a signature is there, not that it is good.
    """

    model: str
    version: Version
    commit: str
    tag: str
    tagged_at: int
    tagger: str
    message: str = ""
    path: str | None = None
    digest: str | None = None
    object: str | None = None
    lineage_digest: str | None = None
    previous: str | None = None
    bump: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    verdict: str = Verdict.NONE
    override: str | None = None
    signed: bool = False

    @property
    def name(self) -> str:
        """How a release is written: `fraud@v1.2.0`."""
        return f"{self.model}@v{self.version}"

    @classmethod
    def from_tag(
        cls, tag: str, commit: str, tagged_at: int, tagger: str, contents: str
    ) -> Self | None:
        """The release of an annotated tag with these contents; None when it is no release tag."""
        parsed = parse_release_tag(tag)
        if parsed is None:
            return None
        model, version = parsed
        text = trailers.read_tag(contents)
        values = {
            t.key: t.value for t in reversed(text.trailers)
        }  # of a repeated key the first counts
        return cls(
            model=model,
            version=version,
            commit=commit,
            tag=tag,
            tagged_at=tagged_at,
            tagger=tagger,
            message=text.message,
            path=values.get("Model-Path"),
            digest=values.get("Model-Digest"),
            object=values.get("Model-Object"),
            lineage_digest=values.get("Lineage-Digest"),
            previous=values.get("Previous-Release"),
            bump=values.get("Bump"),
            metrics=dict(_metrics(text.trailers)),
            verdict=_verdict(values.get("Verdict")),
            override=values.get("Override"),
            signed=text.signed,
        )


class ReleaseTag(NamedTuple):
    """A release as Git tells it, its text not taken apart: of 100,000 little is asked.

    `order` puts the versions of a model in order.
    """

    model: str
    order: Precedence
    tag: str
    commit: str
    tagged_at: int
    tagger: str
    contents: str

    @classmethod
    def of(cls, tag: str, commit: str, tagged_at: int, tagger: str, contents: str) -> Self | None:
        """The release of an annotated tag with these contents; None when it is no release tag."""
        parsed = parse_release_order(tag)
        if parsed is None:
            return None
        # Not by `cls(…)`, which is Python's own code: there may be 100,000.
        return tuple.__new__(cls, (*parsed, tag, commit, tagged_at, tagger, contents))

    @property
    def release(self) -> Release:
        """All that the tag tells."""
        found = Release.from_tag(*self[2:])
        if found is None:
            raise AssertionError(self.tag)
        return found

    @property
    def version(self) -> Version:
        """The version in its name."""
        return parse_version(self.name[len(self.model) + 2 :])

    @property
    def name(self) -> str:
        """How a release is written; GTO's tag may have a number after it."""
        return self.tag.partition("#")[0]

    def may_hold(self, content: str) -> bool:
        """Whether `object` may be that of its release; where this is False, it is not."""
        # An escaped value looks otherwise, and a tag that plain GTO wrote has none.
        text = self.contents
        return content in text or "Model-Object:" not in text or "\\" in text

    def summary(self) -> tuple[str, str]:
        """The verdict, and the first line of what the user wrote."""
        message, verdict = trailers.read_one(self.contents, "Verdict")
        return _verdict(verdict), message.partition("\n")[2].strip().partition("\n")[0]


def compose(release: Release, message: str = "") -> str:
    """The text of the tag for a new release: title, the user's message, trailers.

    `release.message` is not used. Raises MlvcError for a name Git refuses, for a message that
    claims a reserved key, and for a metric that is no finite number.
    """
    format_release_tag(release.model, release.version)
    title, body = f"{release.model} v{release.version}", trailers.check_message(message)
    text = "\n\n".join((title, body.rstrip().lstrip("\r\n"))).rstrip()
    return f"{text}\n\n{trailers.render(_trailers(release))}"


def _trailers(release: Release) -> Iterator[Trailer]:
    single = {
        "Model-Path": release.path,
        "Model-Digest": release.digest,
        "Model-Object": release.object,
        "Lineage-Digest": release.lineage_digest,
        "Previous-Release": release.previous,
        "Bump": release.bump,
        "Override": release.override,
    }
    yield from (Trailer(key, value) for key, value in single.items() if value is not None)
    for name, value in sorted(release.metrics.items()):
        if not math.isfinite(value):
            raise MlvcError(f"metric {name} is {value}", "a release records finite numbers only.")
        yield Trailer("Metric", f"{name}={float(value)!r}")
    # Always written: without a last paragraph of trailers, the message's own would be read.
    yield Trailer("Verdict", release.verdict)


def _metrics(found: Iterable[Trailer]) -> Iterator[tuple[str, float]]:
    for trailer in found:
        if trailer.key == "Metric":
            name, _, value = trailer.value.rpartition("=")
            if name and _NUMBER.fullmatch(value) and math.isfinite(float(value)):
                yield name, float(value)


def _verdict(text: str | None) -> str:
    """The verdict that a tag states; one that nobody can read is an ERROR, never a PASS."""
    if text is None:
        return Verdict.NONE
    return _VERDICTS.get(text, Verdict.ERROR)
