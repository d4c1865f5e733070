"""From a document to the mail of one delivery, and who receives it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Literal

import msgspec
import pytest
from letters_of_tests import some_facts, to
from postbox import parsed

from reporter.dates import Interval, PeriodName
from reporter.delivery.base import File, Letter, Link
from reporter.delivery.facts import facts
from reporter.delivery.letters import letter, recipients_of
from reporter.delivery.message import message
from reporter.delivery.parcels import decode, encode
from reporter.document.model import Document, KpiBlock, PageBreakBlock, TableBlock
from reporter.errors import UserError
from reporter.output.base import Branding
from reporter.output.mail.renderer import LARGEST
from reporter.settings import Theme
from reporter.spec.delivery import EmailDelivery
from reporter.spec.edition import BurstValue, Edition, Revision
from reporter.spec.model import ReportSpec
from reporter.spec.sections import PageBreakSection
from reporter.words import load_words

EDITION = Edition(
    spec=ReportSpec(version=1, name="review", title="Review", sections=(PageBreakSection(),)),
    source="calls",
    timezone="Europe/Zagreb",
    locale="en-GB",
    as_of=datetime(2026, 11, 1, 6, tzinfo=UTC),
    period=PeriodName.LAST_MONTH,
    interval=Interval(
        datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)
    ),
    comparison=None,
    parameters={},
)
ANA = "Ana Horvat <ana@example.com>"
Write = Callable[..., Letter]
replace = msgspec.structs.replace


@pytest.fixture(scope="module")
def plain(sample: ModuleType) -> Document:
    """A document that is quickly written: cards alone, without pictures."""
    whole: Document = sample.document()
    (cards, *_) = whole.blocks
    assert isinstance(cards, KpiBlock)
    without = tuple(replace(card, course=(), course_steps=()) for card in cards.cards)
    return replace(whole, blocks=(replace(cards, cards=without),))


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Branding:
    return Branding(Theme(), tmp_path_factory.mktemp("project"))


@pytest.fixture
def write(plain: Document, look: Branding) -> Write:
    def written(
        delivery: EmailDelivery | None = None,
        document: Document = plain,
        *,
        edition: Edition = EDITION,
        files: tuple[File, ...] = (),
        links: tuple[Link, ...] = (),
        recipients: tuple[str, ...] = (),
    ) -> Letter:
        return letter(
            document,
            delivery or EmailDelivery(to=(ANA,)),
            edition,
            look,
            facts=some_facts(*links),
            files=iter(files),
            place="delivery[0]",
            recipients=recipients,
        )

    return written


def file(format_: str, size: int = 100, name: str | None = None) -> File:
    return File(format_, name or f"review.{format_}", "application/octet-stream", b"x" * size)


def test_the_parcel_is_kept_as_it_is(write: Write) -> None:
    made = write(EmailDelivery(to=(ANA,), attach=("pdf",)), files=(file("pdf"),))
    assert decode(encode(made)) == made


def test_without_a_subject_it_is_title_and_period(write: Write, plain: Document) -> None:
    period = plain.provenance.period
    assert write().subject == f"{plain.title}: {period}"
    assert (
        write(document=replace(plain, title=f"Calls in {period}")).subject == f"Calls in {period}"
    )


def test_a_subject_is_filled_in(write: Write, plain: Document) -> None:
    wanted = EmailDelivery(to=(ANA,), subject="{{ title }} \n {{ period.label }}!")
    assert write(wanted).subject == f"{plain.title} {plain.provenance.period}!"
    wrong = EmailDelivery(to=(ANA,), subject="{{ nonsense }}")
    with pytest.raises(UserError, match=r"delivery\[0\]\.subject"):
        write(wrong)


@pytest.mark.parametrize(
    ("language", "kind", "begins"),
    [
        ("en-GB", "provisional", "Provisional: "),
        ("de", "provisional", "Vorläufig: "),
        ("hr", "provisional", "Privremeno: "),
        ("en-GB", "restatement", "Restatement 2: "),
        ("de", "restatement", "Berichtigung 2: "),
        ("hr", "restatement", "Ispravak 2: "),
    ],
)
def test_the_subject_says_which_issue_it_is(
    write: Write, plain: Document, language: str, kind: Literal["provisional"], begins: str
) -> None:
    period = f"{plain.provenance.period} (marked)"
    origin = replace(plain.provenance, period=period)
    document = replace(plain, words=load_words(language, Path()), provenance=origin)
    edition = replace(EDITION, revision=Revision(kind, 0 if kind == "provisional" else 2))
    for subject in (None, "Calls"):
        delivery = EmailDelivery(to=(ANA,), subject=subject)
        made = write(delivery, document, edition=edition)
        assert made.subject == begins + write(delivery, document).subject
        assert "marked" not in made.subject  # said once is enough


def test_the_subject_of_one_value_names_it(write: Write, plain: Document) -> None:
    edition = replace(EDITION, burst=BurstValue("ACCOUNT_KEY", "a1", "Acme\nLtd", "acme-ltd"))
    said = f"{plain.title}: {plain.provenance.period}: Acme\nLtd"
    made = write(edition=edition)
    assert made.subject == said
    sent = message(made, to(ANA), sender="r@example.com", largest=10_000_000)
    assert parsed(sent.content)["Subject"] == said.replace("\n", " ")
    assert "Acme" not in write(EmailDelivery(to=(ANA,), subject="Calls"), edition=edition).subject


def test_what_is_attached(write: Write) -> None:
    files = (file("csv", name="a.csv"), file("pdf"), file("xlsx"), file("csv", name="b.csv"))
    made = write(EmailDelivery(to=(ANA,), attach=("pdf", "csv", "pdf")), files=files)
    assert [one.file.name for one in made.attachments] == ["review.pdf", "a.csv", "b.csv"]
    assert write(files=files).attachments == ()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-GB", "review.pdf is not attached: with 12.3 MB it is too large for this mail."),
        ("de", "review.pdf ist nicht angehängt: mit 12,3 MB ist die Datei zu groß"),
        ("hr", "review.pdf nije u privitku: s 12,3 MB prevelik je"),
    ],
)
def test_what_is_said_of_what_does_not_fit(
    write: Write, plain: Document, language: str, said: str
) -> None:
    document = replace(plain, language=language, words=load_words(language, Path()))
    link = Link("review.pdf", "https://reports.example.com/a/review.pdf")
    files = (file("pdf", 12_340_000), file("xlsx", 10))
    made = write(
        EmailDelivery(to=(ANA,), attach=("pdf", "xlsx")), document, files=files, links=(link,)
    )
    pdf, xlsx = made.attachments
    assert pdf.note.startswith(said)
    assert pdf.note.endswith(link.url)
    assert link.url not in xlsx.note
    assert "0.1" in xlsx.note or "0,1" in xlsx.note
    sent = message(made, to(ANA), sender="r@example.com", largest=1_000_000)
    assert sent.left_out == ("review.pdf",)
    mail = parsed(sent.content)
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        assert body.get_content().count(pdf.note) == 1
        assert xlsx.note not in body.get_content()


def test_a_mail_with_its_notes_keeps_the_rules(
    write: Write, sample: ModuleType, plain: Document, broken: Callable[[str], list[str]]
) -> None:
    """Those of docs/mail.md: the last words on what is not attached included."""
    whole: Document = sample.document()
    tables = [block for block in whole.blocks if isinstance(block, TableBlock)]
    long = replace(whole, blocks=(*plain.blocks, *(tables * 12)))
    files = tuple(file("csv", 9_000, f"table-{n}.csv") for n in range(40))
    links = tuple(Link(one.name, f"https://reports.example.com/{one.name}") for one in files)
    made = write(EmailDelivery(to=(ANA,), attach=("csv",)), long, files=files, links=links)
    sent = message(made, to(ANA), sender="r@example.com", largest=1)
    assert len(sent.left_out) == 40
    body = parsed(sent.content).get_body(("html",))
    assert body is not None
    html = body.get_content()
    assert LARGEST - 15_000 < len(html.encode()) <= LARGEST
    assert broken(html) == []


def test_each_recipient_once_and_apart() -> None:
    delivery = EmailDelivery(
        to=(ANA, "ivo@example.com", "ana@EXAMPLE.com"), bcc=("Ivo <ivo@example.com>", "c@d.com")
    )
    assert recipients_of(delivery) == (ANA, "ivo@example.com", "c@d.com")


def test_what_stands_before_the_at_may_differ_in_its_letters() -> None:
    delivery = EmailDelivery(to=("ana@example.com", "ANA@example.com"))
    assert len(recipients_of(delivery)) == 2


def test_together_there_is_one_delivery() -> None:
    delivery = EmailDelivery(
        to=(ANA, "ivo@example.com"), cc=("b@c.com",), bcc=("d@e.com",), together=True
    )
    assert recipients_of(delivery) == ("ana@example.com, ivo@example.com, b@c.com, d@e.com",)
    assert recipients_of(EmailDelivery(together=True)) == ()


def test_recipients_of_a_burst(write: Write) -> None:
    delivery = EmailDelivery(bcc=("archive@example.com",))
    assert recipients_of(delivery, (ANA,)) == (ANA, "archive@example.com")
    assert recipients_of(EmailDelivery(to=(ANA,)), ("ivo@example.com",)) == (ANA,)
    together = replace(delivery, together=True)
    made = write(together, recipients=(ANA,))
    assert (made.together, made.cc, made.bcc) == (
        (ANA, "archive@example.com"),
        (),
        ("archive@example.com",),
    )


def test_who_is_named_openly_is_not_hidden_as_well(write: Write) -> None:
    delivery = EmailDelivery(
        to=(ANA, "ivo@example.com"),
        cc=("Ana <ana@example.com>", "b@c.com"),
        bcc=("ivo@example.com", "b@c.com", "d@e.com"),
        together=True,
    )
    made = write(delivery)
    assert made.together == (ANA, "ivo@example.com", "b@c.com", "d@e.com")
    assert made.cc == ("b@c.com",)
    assert made.bcc == ("d@e.com",)


def test_apart_nobody_knows_of_the_others(write: Write) -> None:
    made = write(EmailDelivery(to=(ANA, "ivo@example.com"), bcc=("c@d.com",), reply_to="r@s.com"))
    assert (made.together, made.cc, made.bcc) == ((), (), ())
    assert made.reply_to == "r@s.com"
    assert b"ivo" not in encode(made)


def test_a_page_of_the_projects_own(plain: Document, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "board.html.j2"
    page.write_text("<html><body><p>For the board: {{ document.title }}</p></body></html>")
    made = letter(
        plain,
        EmailDelivery(to=(ANA,), template="board.html.j2"),
        EDITION,
        Branding(Theme(), tmp_path),
        facts=some_facts(),
        files=(),
        place="delivery[0]",
    )
    assert "For the board" in made.html
    assert made.pictures == ()
    assert plain.title in made.text


def test_its_pictures_are_those_it_shows(write: Write, sample: ModuleType) -> None:
    made = write(document=sample.document())
    assert made.pictures
    for picture in made.pictures:
        assert picture.content.startswith(b"\x89PNG")
        assert made.html.count(f"cid:{picture.cid}") == 1


def test_facts_have_each_figure_once(plain: Document) -> None:
    (cards,) = plain.blocks
    assert isinstance(cards, KpiBlock)
    twice = replace(plain, blocks=(PageBreakBlock(name="break"), cards, cards))
    told = facts(twice, edition="e", revision="restatement 1", burst="Acme")
    assert [one.name for one in told.readings] == [card.name for card in cards.cards]
    assert [one.text for one in told.readings] == [card.value.text for card in cards.cards]
    for one, card in zip(told.readings, cards.cards, strict=True):
        assert one.value == card.value.value
        if card.change is None:
            assert not one.change
        elif card.change.relative.value is not None:
            assert one.change == card.change.relative.text
    assert (told.title, told.period) == (plain.title, plain.provenance.period)
    assert (told.revision, told.burst, told.links) == ("restatement 1", "Acme", ())


def test_a_figure_of_some_records_alone_is_not_the_reports(plain: Document) -> None:
    (cards,) = plain.blocks
    assert isinstance(cards, KpiBlock)
    (first, *others) = cards.cards
    germany = replace(cards, cards=(first,), narrowed=True)
    rest = replace(cards, cards=tuple(others))
    told = facts(replace(plain, blocks=(germany, rest)), edition="e")
    assert [one.name for one in told.readings] == [card.name for card in others]


def test_a_rate_changes_by_points_and_what_has_no_value_by_nothing(plain: Document) -> None:
    (cards,) = plain.blocks
    assert isinstance(cards, KpiBlock)
    card = next(one for one in cards.cards if one.change is not None)
    assert card.change is not None
    nothing = replace(card.change.relative, value=None, text="–")
    points = replace(card, name="POINTS", change=replace(card.change, relative=nothing))
    neither = replace(
        card,
        name="NEITHER",
        value=replace(card.value, value=None, text="–"),
        change=replace(card.change, relative=nothing, absolute=replace(nothing)),
    )
    block = replace(cards, cards=(points, neither))
    told = facts(replace(plain, blocks=(block,)), edition="e")
    assert [one.change for one in told.readings] == [card.change.absolute.text, ""]
    assert told.readings[1].value is None
