"""Every mail of the gallery keeps the rules of ``docs/mail.md`` and has the report's numbers."""

import re
import sys
from pathlib import Path

import pytest
from editions import Made
from lxml import html
from manifest import Number, manifest
from read_html import SIGNS

sys.path.insert(0, str(Path(__file__).parents[1] / "output"))

from mail_rules import broken

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]


def tree(made: Made) -> html.HtmlElement:
    return html.document_fromstring(made.file(".mail.html").read_text(encoding="utf-8"))


def line(element: html.HtmlElement) -> str:
    """An element's words in one line; the spaces within a number stay as they are."""
    return " ".join(re.split(r"[ \n]+", element.text_content())).strip()


def test_a_mail_keeps_the_rules(made: Made) -> None:
    text = made.file(".mail.html").read_text(encoding="utf-8")
    as_sent = re.sub(r"data:image/png;base64,[^\"]+", "cid:picture@reporter", text)
    assert broken(as_sent) == []


def test_a_mail_has_every_figure_of_the_cards(made: Made) -> None:
    numbers = manifest(made.document)
    shown = [line(value) for value in tree(made).xpath("//*[starts-with(@class, 'value')]")]
    cards = [card for cards in numbers.cards.values() for card in cards]
    assert shown == [card.value.written(numbers.locale) for card in cards]


def test_a_mail_has_the_numbers_of_the_tables(made: Made) -> None:
    """In their rows and in order; of rows and columns some may be left out."""
    numbers, mail = manifest(made.document), tree(made)
    tables = {b["name"] for b in made.document["blocks"] if b["type"] == "table"}
    for name in tables:
        grid = numbers.grids[name]
        (found,) = mail.xpath("//h2[.=$title]/following::table[1]", title=grid.title)
        shown = [
            [SIGNS.sub("", line(cell)).strip() for cell in row.xpath("./td[@align='right']")]
            for row in found.xpath("./tbody/tr")
        ]
        kinds = list(grid.kinds)
        outer = sum(kind in {"other", "total"} for kind in kinds)
        inner = len(shown) - outer
        rows = [*grid.rows[:inner], *grid.rows[len(kinds) - outer :]]
        for texts, row in zip(shown, rows, strict=True):
            expected = [n.written(numbers.locale) for n in row if isinstance(n, Number)]
            rest = iter(expected)
            assert texts, name
            assert all(text in rest for text in texts), (name, texts, expected)
