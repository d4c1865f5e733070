"""The sandbox: what a template may do, and what can be said of it before it runs."""

import subprocess
import sys

import pytest
from jinja2 import TemplateError, UndefinedError
from jinja2.sandbox import SecurityError

from reporter.templating import environment, mentioned_metrics, syntax_problem, text_environment


def test_pages_escape_values_and_texts_do_not() -> None:
    assert environment().from_string("<b>{{ x }}</b>").render(x="<i>") == "<b>&lt;i&gt;</b>"
    assert text_environment().from_string("<b>{{ x }}</b>").render(x="<i>") == "<b><i></b>"


def test_pages_are_free_of_the_lines_of_their_tags() -> None:
    page = environment().from_string("a\n  {% if true %}\nb\n  {% endif %}\nc\n")
    assert page.render() == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{{ missing }}", UndefinedError),
        ("{{ x.__class__ }}", SecurityError),
        ("{{ x|attr('__class__') }}", TemplateError),
        ("{{ ''.__class__.__mro__ }}", SecurityError),
        ("{{ many.append(1) }}", SecurityError),
        ("{{ range(1000000) | length }}", OverflowError),
        ("{{ 'x' * 1000000 }}", OverflowError),
        ("{{ 1000000 * many }}", OverflowError),
        ("{{ 10 ** 1000 }}", OverflowError),
        ("{{ lipsum() }}", UndefinedError),
    ],
)
def test_what_a_template_may_not_do(text: str, error: type[Exception]) -> None:
    for made in (environment(), text_environment()):
        with pytest.raises(error):
            made.from_string(text).render(x=1, many=[1])


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
        "{% for a in range(9999) %}" + "long " * 1000 + "{% endfor %}",
        "{% set x = 'a' * 9999 %}{% for a in range(9999) %}{{ x }}{% endfor %}",
        "{% set n = namespace(a='x') %}{% for a in range(99) %}{% set n.a = n.a ~ n.a %}{%endfor%}",
        "{% set n = namespace(a=2) %}{% for a in range(99) %}{% set n.a = n.a * n.a %}{% endfor %}",
        "{% set n = namespace(a=[1]) %}{% for a in range(99) %}{% set n.a = n.a + n.a %}{%endfor%}",
        "{% set n = namespace(a='x') %}{% for a in range(99) %}"  # noqa: ISC004 - one text
        "{% set n.a %}{{ n.a }}{{ n.a }}{% endset %}{% endfor %}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%*d' | format(1000000000, 1) }}",
        "{{ '{:>1000000000}'.format(1) }}",
        "{{ '{:>{}}'.format(1, 1000000000) }}",
        "{{ ('a' * 9999) | replace('a', 'b' * 9999) }}",
        "{{ range(9999) | join('a' * 9999) }}",
        "{{ 10 ** 1000 }}",
        "{{ 10.0 ** 1000 }}",
        "{{ 1e308 * 10 }}",
        "{{ 1e308 + 1e308 }}",
    ],
)
def test_a_text_ends_and_stays_small(text: str) -> None:
    with pytest.raises(OverflowError):
        text_environment().from_string(text).render()


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a'.ljust(1000000000) }}",
        "{{ 'a'.replace('a', 'b') }}",
        "{{ (1).to_bytes(1000000000) }}",
    ],
)
def test_no_method_makes_a_long_text_of_a_short_one(text: str) -> None:
    with pytest.raises(SecurityError):
        text_environment().from_string(text).render()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\n{% include 'x' %}", (2, "the tag include cannot be used in a text")),
        ("{% import 'x' as x %}", (1, "the tag import cannot be used in a text")),
        ("{% from 'x' import y %}", (1, "the tag from cannot be used in a text")),
        ("{% extends 'x' %}", (1, "the tag extends cannot be used in a text")),
        ("{% block x %}{% endblock %}", (1, "the tag block cannot be used in a text")),
        ("{% macro m() %}{% endmacro %}", (1, "the tag macro cannot be used in a text")),
        ("{% call x() %}{% endcall %}", (1, "the tag call cannot be used in a text")),
        ("{% for x in [] recursive %}{% endfor %}", (1, "a loop in a text cannot be recursive")),
        ("{{ 1e400 }}", (1, "a number is too large")),
        ("{{ [1, 2] | random }}", (1, "No filter named 'random'.")),
        ("{{ cycler(1) }}", (1, "there is no 'cycler' here")),
    ],
)
def test_what_a_text_cannot_say_is_known_before_it_runs(
    text: str, problem: tuple[int, str]
) -> None:
    assert syntax_problem(text) == problem


@pytest.mark.parametrize("text", ["{{ range }}", "{{ 'a'.upper }}", "{{ [1] | map('abs') }}"])
def test_what_is_no_value_cannot_be_written(text: str) -> None:
    with pytest.raises(TypeError, match="cannot be written"):
        text_environment().from_string(text).render()


def test_a_text_may_loop_and_shape_its_words() -> None:
    text = (
        "{% filter upper %}a{% endfilter %} {{ ['b', 'c'] | join(', ') | replace('c', 'd') }}"
        " {{ '%5.1f' | format(1.25) }} {{ 'x' ~ 2 }} {{ ' y '.strip().upper() }} {{ 7 // 2 % 2 }}"
        "{% for n in range(3) if n %} {{ loop.index }}{{ n }}{% endfor %} {{ -2 ** 2 - 1 }}"
    )
    assert text_environment().from_string(text).render() == "A b, d   1.2 x2 Y 1 11 22 3"


def test_what_a_template_may_do() -> None:
    text = "{{ 3 * 2.5 }} {{ 'ab' * 2 }} {{ 2 ** 3 }}{% for n in range(2, 4) %} {{ n }}{% endfor %}"
    assert text_environment().from_string(text).render() == "7.5 abab 8 2 3"


def test_finalize_writes_each_placeholder() -> None:
    made = text_environment(lambda value: f"[{value}]")
    assert made.from_string("a {{ 1 }} {{ x }}").render(x=None) == "a [1] [None]"


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("no marks: kpi('A')", ()),
        ("{{ kpi('A').value }} and {{ kpi(\"B\").change | percent_points }}", ("A", "B")),
        ("{% if kpi('B').change > kpi('A').change %}{{ kpi('B').text }}{% endif %}", ("B", "A")),
        ("{# kpi('A') #}", ()),
        ("{{ kpi(name) }} {{ kpi() }} {{ kpi(1) }} {{ other('A') }} {{ x.kpi('A') }}", ()),
        ("{{ kpi('A' ", ()),
    ],
)
def test_mentioned_metrics(text: str, metrics: tuple[str, ...]) -> None:
    assert mentioned_metrics(text) == metrics


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("plain { text }", None),
        ("{{ title }} {{ period.label }} {{ kpi('A').value | percent }}", None),
        ("{% for n in range(3) %}{{ loop.index }}{{ n | number(1) }}{% endfor %}", None),
        ("{% set x = 1 %}{{ x | duration | percent_points }}", None),
        ("a\n{{ x", (2, "unexpected end of template, expected 'end of print statement'.")),
        ("a\n\n{{ 1 | percnt }}", (3, "No filter named 'percnt'.")),
        ("{{ titel }}", (1, "there is no 'titel' here; did you mean 'title'?")),
        ("a\n{{ zzz }}\n{{ qqq }}", (2, "there is no 'zzz' here")),
        ("{% endif %}", (1, "Encountered unknown tag 'endif'.")),
    ],
)
def test_syntax_problem(text: str, problem: tuple[int, str] | None) -> None:
    assert syntax_problem(text) == problem


def test_a_mistake_is_a_template_error() -> None:
    with pytest.raises(TemplateError):
        text_environment().from_string("{{ 1 +")


def test_texts_without_marks_do_not_load_jinja() -> None:
    code = (
        "import sys; from reporter.templating import mentioned_metrics, syntax_problem;"
        "mentioned_metrics('plain'); syntax_problem('plain'); sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
