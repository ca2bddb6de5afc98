"""An address that is shown, as in errors."""

import pytest

from mlvc.registry.elsewhere import shown


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://me:s3cret@h.example/x.git", "https://me:…@h.example/x.git"),
        ("https://ghp_t0ken@h.example/x.git", "https://…@h.example/x.git"),
        ("https://me:a:b@c@h.example:8/x@y.git", "https://me:…@h.example:8/x@y.git"),
        ("https://h.example/x@y.git", "https://h.example/x@y.git"),
        ("https://[h.example/x.git", "https://[h.example/x.git"),
        ("ssh://git@h.example/x.git", "ssh://git@h.example/x.git"),
        ("git@h.example:x.git", "git@h.example:x.git"),
    ],
)
def test_no_password_and_no_token_of_an_address_is_shown(url: str, seen: str) -> None:
    assert shown(url) == seen


def test_nor_is_it_where_git_says_another_address() -> None:
    said = "could not read Password for 'https://ghp_t0ken@h.example': no terminal"
    assert "t0ken" not in shown("https://ghp_t0ken@h.example/x.git", said)
