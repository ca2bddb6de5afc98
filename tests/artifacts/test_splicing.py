"""Splicing `dvc.yaml`: bytes in, bytes out."""

from mlvc.artifacts import splicing
from mlvc.artifacts.splicing import Take

HEAD = b"""\
stages:
  # of a
  a:
    cmd: new
    deps: [x]  # flow

  # of b, reworded
  b:
    cmd: |
      two
      lines
  # of c
  c:
    cmd: c
artifacts:
  m: {path: m.bin}  # the model
"""
OLD = b"""\
stages:
  # was a
  a:
    cmd: old
  # of b
  b:
    cmd: other
  gone:
    cmd: gone
artifacts:
  m: {path: m.bin}
"""


NONE: frozenset[str] = frozenset()


def spliced(
    keys: frozenset[str] = NONE, dropped: frozenset[str] = NONE, artifacts: frozenset[str] = NONE
) -> str:
    take = Take(keys=keys, dropped=dropped, artifacts=artifacts)
    return (splicing.pipeline(HEAD, OLD, take, "dvc.yaml") or b"").decode()


def test_comments_above_the_next_stage_stay_with_it() -> None:
    new = HEAD.decode().replace("    cmd: new\n    deps: [x]  # flow\n", "    cmd: old\n")
    assert spliced(keys=frozenset("a")) == new


def test_a_stage_of_several_lines_is_replaced_as_a_whole() -> None:
    new = HEAD.decode().replace("cmd: |\n      two\n      lines\n", "cmd: other\n")
    assert spliced(keys=frozenset("b")) == new


def test_a_stage_that_is_gone_is_put_behind_the_others_and_one_dropped_goes() -> None:
    new = HEAD.decode().replace("  c:\n    cmd: c\n", "  gone:\n    cmd: gone\n")
    assert spliced(keys=frozenset(["gone"]), dropped=frozenset("c")) == new


def test_what_is_equal_is_not_rewritten() -> None:
    assert spliced(artifacts=frozenset("m")) == HEAD.decode()


def test_another_indentation_still_means_the_same() -> None:
    wide = OLD.replace(b"  ", b"    ")
    new = splicing.pipeline(HEAD, wide, Take(keys=frozenset("a")), "dvc.yaml")
    assert new is not None and b"cmd: old" in new and b"cmd: c" in new


def test_a_parameter_file_that_head_lacks_comes_back_without_settings() -> None:
    old = b"# mine\na: 1\nb: 2\nmlvc:\n  gates: {}\n"
    assert splicing.parameters(None, old, ["a"], "params.yaml") == b"# mine\na: 1\nb: 2\n"
