"""Texts that are read without Jinja are read as Jinja would."""

from hypothesis import given, settings
from hypothesis import strategies as st

from reporter import templating

PARTS = st.sampled_from(
    [
        *("{{", "}}", "{", "}", "{%", "%}", "{#", "#}", "{{{", "}}}", " ", "\n", "-", "|", "."),
        "(",
        *("kpi", "kpi('ANSWER_RATE')", 'kpi("BUSY_RATE")', "kpi('x')", "title", "period"),
        *("nothing", ".value", ".label", "._x", ".if", ".a_b", "percent", "upper", "number"),
        *("'", '"', "1"),
        *("kpi('A\")", "title('A')", "{{ title }}", "{{ kpi('ANSWER_RATE').value | percent }}"),
    ]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(PARTS, max_size=12).map("".join) | st.lists(PARTS, max_size=8).map(" ".join))
def test_plain_texts_are_right_for_jinja_too(text: str) -> None:
    plain = templating._plain_placeholders(text)
    if plain is None:
        return
    original = templating._plain_placeholders
    mentioned = templating.mentioned_metrics(text)
    try:
        templating._plain_placeholders = lambda _: None  # type: ignore[assignment]
        assert templating.syntax_problem(text) is None
        assert templating.mentioned_metrics(text) == mentioned
    finally:
        templating._plain_placeholders = original


def test_what_is_plain() -> None:
    for text in (
        "no placeholder, 100 % {of} it",
        "{{ title }}",
        "{{kpi('ANSWER_RATE').change|percent_points}} against {{ comparison.label }}",
        '{{ kpi("ANSWER_RATE") }}',
    ):
        assert templating._plain_placeholders(text) is not None, text
    for text in ("{{ title | upper }}", "{{ titel }}", "{{ 1 + 1 }}", "{% if x %}", "{{ title"):
        assert templating._plain_placeholders(text) is None, text
