"""What to do, by what the kernel or Git says."""

import errno
import os

import pytest

from mlvc.domain.remedy import remedy

ROOM, WRITE, SOUND = "Make room there", "See that you may write there", "See whether that disk is"
EITHER = "See that there is room, and that you may write there"


@pytest.mark.parametrize(
    ("code", "then"),
    [
        (errno.ENOSPC, ROOM),
        (errno.EDQUOT, ROOM),
        (errno.EROFS, WRITE),
        (errno.EACCES, WRITE),
        (errno.EPERM, WRITE),
        (errno.EIO, SOUND),
    ],
)
def test_what_the_kernel_says_has_a_remedy(code: int, then: str) -> None:
    assert (remedy(os.strerror(code)) or "").startswith(then)


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("error: unable to create temporary file: No space left on device", ROOM),
        ("error: insufficient permission for adding an object to repository database x", WRITE),
        ("cannot lock ref 'refs/x': unable to create directory for .git/refs/x", EITHER),
        ("fatal: couldn't set 'refs/tags/m#production#1'", EITHER),
        ("[remote rejected] main (unable to migrate objects to permanent storage)", EITHER),
        ("cannot update ref 'refs/x': couldn't write '.git/refs/x.lock'", EITHER),
        ("Unable to create '.git/refs/x.lock': File exists", None),
        ("cannot lock ref 'refs/heads/main': is at 1 but expected 2", None),
        ("tag 'm@v1.0.0' already exists", None),
    ],
)
def test_what_git_says_has_one_where_it_is_the_disk(said: str, then: str | None) -> None:
    assert remedy(said) == then
