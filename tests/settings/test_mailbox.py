"""Mail addresses as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.settings.mailbox import Mailbox, mailbox


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana@example.com", Mailbox("", "ana", "example.com")),
        (" ana@example.com ", Mailbox("", "ana", "example.com")),
        ("Ana Horvat <ana@example.com>", Mailbox("Ana Horvat", "ana", "example.com")),
        ('"Horvat, Ana" <ana@example.com> ', Mailbox("Horvat, Ana", "ana", "example.com")),
        ("Ana.H+calls@EXAMPLE.Com", Mailbox("", "Ana.H+calls", "example.com")),
        ("<ana@localhost>", Mailbox("", "ana", "localhost")),
        ("Željko <željko@pošta.example>", Mailbox("Željko", "željko", "xn--pota-h6a.example")),
        ("a@straße.example", Mailbox("", "a", "xn--strae-oqa.example")),
        ("a@POŠTA.example", Mailbox("", "a", "xn--pota-h6a.example")),
        ("a@xn--pota-h6a.example", Mailbox("", "a", "xn--pota-h6a.example")),
    ],
)
def test_addresses(text: str, expected: Mailbox) -> None:
    assert mailbox(text) == expected
    assert expected.address == f"{expected.local}@{expected.domain}"


@pytest.mark.parametrize(
    "text",
    [
        *("", "ana", "@", "ana@", "@example.com", "ana@@example.com", "a@b@c", "ana example@b.c"),
        *("ana@example.com, ivo@example.com", "ana@example.com ivo@example.com", "a@b>", "<a@b"),
        *(".ana@b.c", "ana.@b.c", "a..b@c.d", "a@.b", "a@b.", "a@b..c", "Ana <a@b> Horvat"),
        *("a@b\r\nBcc: c@d", "Ana\nBcc: <a@b>", "a@b\x00", "a\u200b@example.com", "a@b\u2028"),
        *(f"a@{'b' * 64}.example", "a@-\u0301.example", '"a b"@c.d', "a@[127.0.0.1]", "a(b)@c.d"),
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        mailbox(text)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_whatever_is_read_as_an_address_can_stand_in_a_command(text: str) -> None:
    try:
        found = mailbox(text)
    except ValueError:
        return
    assert found.address.isprintable()
    assert not set(found.address) & set(' <>,;:"()[]\\')
    assert found.domain.isascii()
