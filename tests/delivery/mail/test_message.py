"""Messages, read back with the standard library."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letters_of_tests import PNG, attached, some_letter, to
from postbox import parsed

from reporter.delivery.base import Handover, Letter, Picture
from reporter.delivery.message import Message, message, with_notes

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
ANY = st.text(st.characters(codec="utf-8"), max_size=200)
WORDS = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "M")), max_size=30),
    max_size=20,
).map(" ".join)
TEXTS = st.one_of(ANY, WORDS)
HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
    "Content-Type",
]


def written(
    letter: Letter | None = None,
    handover: Handover | None = None,
    *,
    sender: str = "Reports <reports@example.com>",
    largest: int = 10_000_000,
) -> Message:
    return message(
        letter or some_letter(), handover or to("ana@example.com"), sender=sender, largest=largest
    )


def read(made: Message) -> EmailMessage:
    """The message as a reader sees it; what holds for every message holds for it."""
    assert made.content.isascii() or made.international
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", made.content)
    assert max(map(len, made.content.split(b"\r\n"))) <= 998
    return parsed(made.content)


def flat(text: str) -> str:
    return CONTROL.sub(" ", text).strip()


def lines(text: str) -> str:
    return "\n".join(re.split("\r\n|\r|\n", text)).rstrip("\n")


def test_the_parts_of_a_mail() -> None:
    letter = some_letter(
        pictures=(Picture("chart-1@reporter", PNG), Picture("chart-2@reporter", PNG)),
        attachments=(attached("review.pdf"), attached("review.xlsx")),
    )
    mail = read(written(letter))
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
        "application/pdf",
        "application/pdf",
    ]
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [p["Content-ID"] for p in pictures] == ["<chart-1@reporter>", "<chart-2@reporter>"]
    assert {p.get_content_disposition() for p in pictures} == {"inline"}
    assert [p.get_content() for p in pictures] == [PNG, PNG]
    assert [p.get_filename() for p in mail.iter_attachments()] == ["review.pdf", "review.xlsx"]


def test_a_mail_without_a_page_is_plain_text() -> None:
    mail = read(written(some_letter(html="")))
    assert mail.get_content_type() == "text/plain"
    assert lines(mail.get_content()) == "Calls: 7"
    made = written(some_letter(html="", attachments=(attached(),)), largest=1)
    assert read(made).get_content_type() == "text/plain"
    assert "review.pdf is not attached." in read(made).get_content()


def test_its_head() -> None:
    mail = read(written())
    assert mail.keys() == HEADERS
    assert mail["Date"] == "Sun, 01 Nov 2026 06:00:30 +0000"
    assert mail["Message-ID"] == f"<{'0' * 32}@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "Reports <reports@example.com>"


def test_it_is_always_the_same_and_each_delivery_has_its_own() -> None:
    letter = some_letter(attachments=(attached(),), pictures=(Picture("a@reporter", PNG),))
    first = written(letter)
    assert written(letter) == first
    other = written(letter, to("ana@example.com", id_="1" * 32))
    assert parsed(other.content)["Message-ID"] != parsed(first.content)["Message-ID"]


@given(TEXTS)
def test_any_subject_is_one_line_and_nothing_else(subject: str) -> None:
    mail = read(written(some_letter(subject=subject)))
    assert mail["Subject"] == flat(subject)
    assert mail.keys() == HEADERS


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\r\n\r\n"])
def test_a_subject_begins_no_other_header(end: str) -> None:
    mail = read(written(some_letter(subject=f"Calls{end}Bcc: spy@example.com")))
    assert mail.keys() == HEADERS
    assert mail["Subject"] == "Calls Bcc: spy@example.com"
    assert "Bcc" not in mail


@given(TEXTS)
def test_any_name_stands_before_its_address(text: str) -> None:
    name = re.sub("[<>]", "", flat(text))
    made = written(None, to(f"{name} <ana@example.com>"), sender=f"{name} <r@example.com>")
    mail = read(made)
    assert made.recipients == ("ana@example.com",)
    assert [one.addr_spec for one in mail["To"].addresses] == ["ana@example.com"]
    assert [one.addr_spec for one in mail["From"].addresses] == ["r@example.com"]
    assert mail.keys() == HEADERS
    raw = re.sub(r"\r?\n", "", message_from_bytes(made.content)["To"])  # unfolded, not decoded
    encoded, address = parseaddr(raw)
    assert address == "ana@example.com"
    assert str(make_header(decode_header(encoded))) == name.strip('"').strip()


@given(TEXTS)
def test_any_file_name(text: str) -> None:
    (file,) = read(written(some_letter(attachments=(attached(f"{text}.pdf"),)))).iter_attachments()
    assert file.get_filename() == flat(f"{text}.pdf")


@given(ANY, ANY.filter(bool))
def test_any_text_and_page(text: str, html: str) -> None:
    mail = read(written(some_letter(text=text, html=html)))
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    if not html:  # a word to the owner is plain text
        assert page is None
        return
    assert page is not None
    assert lines(plain.get_content()) == lines(text)
    assert lines(page.get_content()) == lines(html)


@given(sizes=st.lists(st.integers(0, 40_000), max_size=6), largest=st.integers(1, 150_000))
def test_a_message_fits_or_has_no_attachments(sizes: list[int], largest: int) -> None:
    files = tuple(attached(f"{n}.pdf", size) for n, size in enumerate(sizes))
    made = written(some_letter(attachments=files), largest=largest)
    kept = [part.get_filename() for part in read(made).iter_attachments()]
    names = [one.file.name for one in files]
    assert len(made.content) <= largest or not kept
    assert [name for name in names if name not in made.left_out] == kept
    largest_kept = max((sizes[names.index(name)] for name in kept), default=0)
    assert all(sizes[names.index(name)] >= largest_kept for name in made.left_out)
    mail = parsed(made.content)
    for preference in ("plain", "html"):
        body = mail.get_body((preference,))
        assert body is not None
        said = re.findall(r"(\d)\.pdf is not attached\.", body.get_content())
        assert [f"{number}.pdf" for number in said] == list(made.left_out)


def test_nothing_is_left_out_that_fits() -> None:
    letter = some_letter(attachments=(attached("a.pdf", 9000), attached("b.pdf", 3000)))
    whole = len(written(letter).content)
    assert written(letter, largest=whole).left_out == ()
    assert written(letter, largest=whole - 1).left_out == ("a.pdf",)


def test_base64_counts() -> None:
    letter = some_letter(attachments=(attached(size=900_000),))
    assert written(letter, largest=1_000_000).left_out == ("review.pdf",)
    assert written(letter, largest=1_250_000).left_out == ()


def test_of_two_of_one_size_and_content_one_stays() -> None:
    letter = some_letter(attachments=(attached("a.pdf", 9000), attached("a.pdf", 9000)))
    made = written(letter, largest=len(written(letter).content) - 1)
    assert made.left_out == ("a.pdf",)
    assert len(list(read(made).iter_attachments())) == 1


def test_where_what_is_left_out_is_said() -> None:
    said = with_notes("<body>a</body></html>", "<i>{notes}</i>", ["b & c", "<d>"])
    assert said == "<body>a<i>b &amp; c<br>&lt;d&gt;</i></body></html>"
    assert with_notes("a</BODY >b</body >", "{notes}", ["c"]) == "a</BODY >bc</body >"
    assert with_notes("a", "{notes}", ["c"]) == "ac"


def test_together() -> None:
    everybody = ("Ana <ana@example.com>", "ivo@example.com", "b@example.com", "c@example.com")
    made = written(some_letter(together=everybody, cc=everybody[2:3], bcc=everybody[3:]), to("all"))
    mail = read(made)
    assert made.recipients == (
        "ana@example.com",
        "ivo@example.com",
        "b@example.com",
        "c@example.com",
    )
    assert mail["To"] == "Ana <ana@example.com>, ivo@example.com"
    assert mail["Cc"] == "b@example.com"
    assert b"c@example.com" not in made.content


def test_hundreds_together_are_all_named() -> None:
    everybody = tuple(f"Željka Horvat {n} <zeljka{n}@example.com>" for n in range(400))
    mail = read(written(some_letter(together=everybody), to("all")))
    assert [a.addr_spec for a in mail["To"].addresses] == [
        f"zeljka{n}@example.com" for n in range(400)
    ]


def test_where_all_are_hidden_none_is_shown() -> None:
    hidden = ("a@example.com", "b@example.com")
    made = written(some_letter(together=hidden, bcc=hidden), to("all"))
    assert made.recipients == hidden
    assert read(made)["To"] == "undisclosed-recipients:;"
    assert b"a@example.com" not in made.content


def test_where_answers_go() -> None:
    letter = some_letter(reply_to="Analitika <analysts@example.com>")
    assert read(written(letter))["Reply-To"] == "Analitika <analysts@example.com>"
    assert not written(letter).international
    assert written(some_letter(reply_to="analitičari@example.com")).international


def test_letters_beyond_ascii_before_the_at_need_a_server_that_knows_them() -> None:
    made = written(None, to("Željko <željko@example.com>"))
    assert made.international
    assert made.recipients == ("željko@example.com",)
    assert b"To: =?utf-8?b?xb1lbGprbw==?=\r\n <" + "željko@example.com>".encode() in made.content


@pytest.mark.parametrize(
    "wrong",
    ["", "ana", "ana@example.com, ivo@example.com", "a@b\r\nBcc: c@d", "a b@c", "<a@b", "@"],
)
def test_what_is_no_address_makes_no_message(wrong: str) -> None:
    for letter, handover, sender in (
        (some_letter(), to(wrong), "r@example.com"),
        (some_letter(), to("a@example.com"), wrong),
        (some_letter(reply_to=wrong), to("a@example.com"), "r@example.com"),
        (some_letter(together=("a@b", wrong)), to("all"), "r@example.com"),
    ):
        with pytest.raises(ValueError, match="mail address"):
            written(letter, handover, sender=sender)
