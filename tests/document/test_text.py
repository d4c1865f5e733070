"""Texts: figures in prose, escaped data, and mistakes that name their place."""

import pytest
from handmade import ATTEMPTED, RATE, answer, asked, block_of, composed, edition, rates
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reporter.data.table import Table
from reporter.document.figures import Figure, NoFigure
from reporter.document.text import _as_markdown
from reporter.errors import UserError
from reporter.spec.sections import TextSection

NBSP = "\N{NO-BREAK SPACE}"
NOW, THEN = rates((), [(12345, 7555)]), rates((), [(10000, 6000)])


def written(text: str, now: Table = NOW, then: Table | None = THEN, **more: object) -> str:
    return block_of(TextSection(markdown=text), asked(now, then), **more).markdown


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{ kpi('ANSWER_RATE').value }}", "61.2%"),
        ("{{ kpi('ANSWER_RATE').text }}", "61.2%"),
        ("{{ kpi('ANSWER_RATE').previous }}", "60.0%"),
        ("{{ kpi('ANSWER_RATE').change }}", f"+1.2{NBSP}pp"),
        ("{{ kpi('ANSWER_RATE').change | percent_points }}", f"+1.2{NBSP}pp"),
        ("{{ kpi('ANSWER_RATE').relative }}", "–"),
        ("{{ kpi('ANSWER_RATE').label }}", "Answer rate"),
        ("{{ kpi('ATTEMPTED').value }}", "12,345"),
        ("{{ kpi('ATTEMPTED').change }}", "+2,345"),
        ("{{ kpi('ATTEMPTED').relative }}", "+23.5%"),
        ("{{ kpi('ATTEMPTED').relative | percent }}", "23.5%"),
        ("{{ kpi('ATTEMPTED').value / kpi('ANSWERED').value }}", "1.63"),
        ("{{ (kpi('ATTEMPTED').value / 7) | number }}", "1,763.57"),
        ("{{ kpi('ATTEMPTED').value | number }}", "12,345"),
        ("{{ kpi('ATTEMPTED').value | number(1) }}", "12,345.0"),
        ("{{ 1.23456789012345 | number(99) }}", "1.2345678901"),
        ("{{ kpi('ATTEMPTED').value | duration }}", "3:25:45"),
        ("{{ '%.1f' | format(kpi('ATTEMPTED').value) }}", "12345.0"),
        (
            "{{ '{:.1f} {}'.format(kpi('ATTEMPTED').value, kpi('ATTEMPTED').value) }}",
            "12345.0 12,345",
        ),
        ("{% if kpi('ANSWER_RATE').change > 0 %}up{% else %}down{% endif %}", "up"),
        ("{{ (kpi('ATTEMPTED').change | abs) > 2000 }}", "True"),
        (
            "{{ title }}, {{ period.label }} ({{ period }})",
            "Monthly review, October 2026 (October 2026)",
        ),
        ("{{ comparison.label }}", "September 2026"),
        ("{{ interval }}", "1 Oct 2026, 00:00 – 1 Nov 2026, 00:00 Europe/Zagreb"),
        ("{{ comparison.interval }}", "1 Sept 2026, 00:00 – 1 Oct 2026, 00:00 Europe/Zagreb"),
        ("{{ report }} {{ source }} {{ timezone }}", "monthly-review calls Europe/Zagreb"),
        ("{{ parameters.country }} {{ parameters.year }}", "– 2026"),
        ("**{{ 'bold' }}** {{ '**bold**' | safe }}", "**bold** **bold**"),
    ],
)
def test_what_a_text_can_say(text: str, result: str) -> None:
    assert written(text, parameters={"country": None, "year": 2026}) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{ kpi('ATTEMPTED').change }} {{ kpi('ATTEMPTED').previous }}", "– –"),
        ("{% if kpi('ATTEMPTED').change > 0 %}up{% else %}not up{% endif %}", "not up"),
        ("{% if kpi('ATTEMPTED').change <= 0 %}down{% else %}not down{% endif %}", "not down"),
        ("{% if kpi('ATTEMPTED').previous %}was{% else %}was not{% endif %}", "was not"),
        ("{{ 1 - (kpi('ATTEMPTED').change + 1) / 2 * -kpi('ATTEMPTED').previous }}", "–"),
        ("{{ (kpi('ATTEMPTED').change | abs | round(1)) | percent }}", "–"),
        ("{{ kpi('ATTEMPTED').change | percent_points }} {{ none | number }}", "– –"),
        ("{% if comparison %}yes{% else %}no comparison{% endif %}", "no comparison"),
    ],
)
def test_where_there_is_nothing_to_compare(text: str, result: str) -> None:
    assert written(text, then=None, comparison=None) == result


def test_no_calls_print_a_dash() -> None:
    assert written("{{ kpi('ANSWER_RATE').value }}", rates((), [(0, 0)])) == "–"
    unanswered = Table((ATTEMPTED, RATE), ())
    assert written("{{ kpi('ATTEMPTED').value }}", unanswered) == "–"


def test_numbers_are_written_in_the_locale() -> None:
    text = "{{ kpi('ANSWER_RATE').value }} {{ period.label }}"
    assert written(text, locale="de-DE") == f"61,2{NBSP}% Oktober 2026"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{{ titel }}", "sections[0].markdown, line 2: 'titel' is undefined"),
        ("{{ 1 | percnt }}", "sections[0].markdown, line 1: No filter named 'percnt'."),
        ("a\n\n{{ 'x' | percent }}", "sections[0].markdown, line 3: expected a number, found 'x'"),
        ("{{ true | number }}", "sections[0].markdown, line 1: expected a number, found 'True'"),
        (
            "{{ kpi('BUSY').value }}",
            (
                "sections[0].markdown, line 1: kpi('BUSY') has no answer here; kpi() works in the"
                " Markdown of text sections, with the metric's name written out"
            ),
        ),
        (
            "{{ kpi(7) }}",
            (
                "sections[0].markdown, line 1: kpi(7) has no answer here; kpi() works in the"
                " Markdown of text sections, with the metric's name written out"
            ),
        ),
        ("{{ 1 / 0 }}", "sections[0].markdown, line 1: division by zero"),
        ("{{ '{3}'.format(1) }}", "sections[0].markdown, line 1: tuple index out of range"),
        (
            "{{ parameters.__class__ }}",
            (
                "sections[0].markdown, line 1: access to attribute '__class__' of 'dict' object is"
                " unsafe."
            ),
        ),
        (
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "sections[0].markdown, line 1: the tag macro cannot be used in a text",
        ),
        (
            "{% include 'x' %}",
            "sections[0].markdown, line 1: the tag include cannot be used in a text",
        ),
    ],
)
def test_a_mistake_names_its_place(text: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        written(text)
    assert raised.value.message.startswith(message)


def test_figures_are_for_text_sections_only() -> None:
    made = edition(TextSection(markdown="x", title="{{ kpi('ATTEMPTED').text }}"))
    with pytest.raises(UserError, match=r"^sections\[0\]\.title, line 1: kpi\('ATTEMPTED'\)"):
        composed(made, asked(NOW))
    with pytest.raises(UserError, match=r"^title, line 1: 'x' is undefined$"):
        composed(edition(TextSection(markdown="x"), title="{{ x }}"), None)
    with pytest.raises(UserError, match=r"^description, line 1: 'x' is undefined$"):
        composed(edition(TextSection(markdown="x"), description="{{ x }}"), None)


def test_a_text_without_figures_needs_no_answers() -> None:
    (block,) = composed(edition(TextSection(markdown="# Hello")), None).blocks
    assert (block.name, block.markdown) == ("text", "# Hello")


@pytest.mark.parametrize(
    ("data", "escaped"),
    [
        ("AT&T *best* <b>", r"AT\&T \*best\* \<b\>"),
        ("[a](http://x)", r"\[a\](http://x)"),
        ("snake_case `x` ~y~ |z| # !", r"snake\_case \`x\` \~y\~ \|z\| \# \!"),
        ("a\n\n# b\tc", r"a \# b c"),
        ("1. Oktober", r"1\. Oktober"),
        ("12) x", r"12\) x"),
        ("- x", r"\- x"),
        ("+", r"\+"),
        ("===", r"\==="),
        ("---", r"\---"),
        ("-0.4 pp", "-0.4 pp"),
        ("+1.2 pp", "+1.2 pp"),
        ("1.5 h", "1.5 h"),
    ],
)
def test_data_is_never_read_as_markdown(data: str, escaped: str) -> None:
    assert written("{{ parameters.x }}", parameters={"x": data}) == escaped


@given(st.text(alphabet=st.sampled_from("ab1. \n\t)(-+=*_#>[]<>!`~|&;:/\\\"'"), max_size=12))
def test_escaped_data_reads_as_itself(data: str) -> None:
    markdown = MarkdownIt("commonmark").enable("table")
    for text, meant in (
        (f"{_as_markdown(data)} x", f"{data} x"),
        (f"x\n{_as_markdown(data)}", f"x {data}"),
    ):
        (_, inline, _) = markdown.parse(text)
        parts = inline.children or ()
        assert {part.type for part in parts} <= {"text", "text_special", "softbreak"}
        shown = "".join(part.content or " " for part in parts)
        assert " ".join(shown.split()) == " ".join(meant.split())


def test_figures_compute_and_print() -> None:
    figure = Figure(0.5, "50%")
    assert (f"{figure}", f"{figure:.2f}", str(figure), figure + 1) == ("50%", "0.50", "50%", 1.5)


def test_no_figure_is_never_true_and_spreads() -> None:
    nothing = NoFigure()
    assert not nothing
    assert not (nothing < 1)
    assert not (nothing > 1)
    assert not (nothing <= 1)
    assert not (nothing >= 1)
    assert nothing != 0
    assert str(1 + nothing - 1) == str(-nothing * 2) == str(abs(round(nothing) / 3)) == "–"


def test_answers_may_hold_more_than_the_text_speaks_of() -> None:
    assert answer(NOW).table.column("ANSWERED").label == "Answered calls"
    assert written("{{ kpi('ANSWERED').value }}") == "7,555"
