"""Markdown of text sections: what passes and what does not."""

import pytest

from reporter.output.markdown import html, unwrapped


def test_headings_stand_under_that_of_the_section() -> None:
    assert html("# One\n\n##### Five") == "<h3>One</h3>\n<h6>Five</h6>\n"


def test_emphasis_lists_tables_and_links() -> None:
    text = html("**b** *i* ~~s~~ [l](https://a.example)\n\n- one\n\n|a|b|\n|-|-|\n|1|2|\n")
    for part in ("<strong>b</strong>", "<em>i</em>", "<s>s</s>", "<li>one</li>", "<td>1</td>"):
        assert part in text
    assert '<a href="https://a.example">l</a>' in text


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)> text",
        "![picture](http://a.example/p.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](file:///etc/passwd)",
        "[x]( jAvAsCrIpT:alert(1))",
        "<javascript:alert(1)>",
    ],
)
def test_nothing_runs_and_nothing_is_loaded(markdown: str) -> None:
    text = html(markdown)
    assert "<script" not in text
    assert "<img" not in text
    assert 'href="j' not in text.lower()
    assert 'href="data' not in text
    assert 'href="file' not in text
    assert "onerror=" not in text.replace("&lt;img src=x onerror=", "")


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("one\ntwo\n\nthree", ("one two", "", "three")),
        ("- one\n  more\n- two", ("- one more", "- two")),
        ("> said\n> and done\nlazily", ("> said and done lazily",)),
        ("one  \ntwo\\\nthree", ("one  ", "two\\", "three")),
        ("# Head\none\n**two\nthree**", ("# Head", "one **two three**")),
        ("Head\n====\none\n***\ntwo", ("Head", "====", "one", "***", "two")),
        ("    code\n    more", ("    code", "    more")),
        ("```\na\nb\n```", ("```", "a", "b", "```")),
        ("|a|b|\n|-|-|\n|1|2|", ("|a|b|", "|-|-|", "|1|2|")),
        ("`a\nb` c\nd", ("`a", "b` c", "d")),
        ("", ()),
    ],
)
def test_paragraphs_are_unwrapped_and_stay_the_same(
    markdown: str, expected: tuple[str, ...]
) -> None:
    lines = unwrapped(markdown)
    assert lines == expected
    assert " ".join(html("\n".join(lines)).split()) == " ".join(html(markdown).split())
