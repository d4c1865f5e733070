"""The project's own templates before ours; the logo; what templates are given."""

from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from reporter.document.values import Cell
from reporter.errors import RenderError
from reporter.output.assets import asset
from reporter.output.base import Branding
from reporter.output.html import HtmlRenderer
from reporter.output.templates import arrow, columns, logo, shade
from reporter.settings import Theme
from reporter.words import load_words


def rendered(sample: ModuleType, look: Branding) -> str:
    document = msgspec.structs.replace(sample.document(), blocks=(sample.failures(),))
    (made,) = HtmlRenderer().render(document, "review", look)
    return made.content.decode()


def written(folder: Path, name: str, text: str) -> None:
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_template_of_the_project_goes_before_ours(sample: ModuleType, tmp_path: Path) -> None:
    look = sample.branding(tmp_path)
    assert "<figure" in rendered(sample, look)
    written(tmp_path, "blocks/chart.html.j2", "<p>Own: {{ block.title }}</p>")
    text = rendered(sample, look)
    assert "<p>Own: Failures by cause</p>" in text
    assert "<figure" not in text
    assert "About these numbers" in text


def test_words_can_be_those_of_the_project(sample: ModuleType, tmp_path: Path) -> None:
    written(tmp_path, "words/en.yaml", "about: Πηγές")
    words = load_words("en-GB", tmp_path)
    document = msgspec.structs.replace(sample.document(), words=words)
    (made,) = HtmlRenderer().render(document, "review", sample.branding(tmp_path))
    text = made.content.decode()
    assert '<h2 id="about-title">Πηγές</h2>' in text
    assert "U+0370-03FF" in text  # the Greek part of the fonts comes with it


def test_a_broken_template_is_named_with_its_line(sample: ModuleType, tmp_path: Path) -> None:
    written(tmp_path, "blocks/chart.html.j2", "<p>\n{% if %}\n</p>")
    with pytest.raises(RenderError) as caught:
        rendered(sample, sample.branding(tmp_path))
    assert caught.value.message == (
        "a template could not be used: blocks/chart.html.j2, line 2: Expected an expression,"
        " got 'end of statement block'"
    )
    assert caught.value.hint is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{{ nope }}", "blocks/chart.html.j2, line 2: 'nope' is undefined"),
        ("{{ 1 + 'a' }}", "blocks/chart.html.j2, line 1: unsupported operand"),
        ("{{ kind_of(1) }}", "blocks/chart.html.j2, line 1: 'int' object has no attribute"),
        ("{% include 'x' %}", "blocks/chart.html.j2, line 1: there is no template 'x'"),
        ("{% include '../reporter.yaml' %}", "blocks/chart.html.j2, line 1: there is no template"),
        (
            "{% include 'blocks/chart.html.j2' %}",
            "blocks/chart.html.j2, line 1: templates include each other without end",
        ),
    ],
)
def test_what_a_template_runs_into_is_named_with_its_line(
    sample: ModuleType, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "reporter.yaml").write_text("secret", encoding="utf-8")
    written(tmp_path, "blocks/chart.html.j2", text)
    with pytest.raises(RenderError) as caught:
        rendered(sample, sample.branding(tmp_path))
    assert caught.value.message.startswith(f"a template could not be used: {message}")


def test_control_characters_of_the_data_stand_on_no_page(
    sample: ModuleType, tmp_path: Path
) -> None:
    document = msgspec.structs.replace(sample.document(), title="a\x0bb\x1b[31m\nc", blocks=())
    (made,) = HtmlRenderer().render(document, "review", sample.branding(tmp_path))
    text = made.content.decode()
    assert "<h1>a\ufffdb\ufffd[31m\nc</h1>" in text
    assert not {sign for sign in text if ord(sign) < ord(" ")} - {"\n", "\t"}


def test_a_long_word_leaves_room_for_the_numbers(sample: ModuleType, tmp_path: Path) -> None:
    table = sample.by_country()
    first, *others = table.rows
    name, *numbers = first.cells
    word = msgspec.structs.replace(name, value="x" * 600, text="x" * 600)
    table = msgspec.structs.replace(
        table, rows=(msgspec.structs.replace(first, cells=(word, *numbers)), *others)
    )
    document = msgspec.structs.replace(sample.document(), blocks=(table,))
    (made,) = HtmlRenderer().render(document, "review", sample.branding(tmp_path))
    text = made.content.decode()
    assert f'class="left dimension first long">{"x" * 499}…</th>' in text
    assert text.count(' long">') == 1
    assert ".long { overflow-wrap: anywhere }" in text


def test_a_template_is_text(sample: ModuleType, tmp_path: Path) -> None:
    written(tmp_path, "blocks/chart.html.j2", "")
    (tmp_path / "templates/blocks/chart.html.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(RenderError, match=r"blocks/chart.html.j2 is not UTF-8 text$"):
        rendered(sample, sample.branding(tmp_path))


def test_a_link_out_of_the_templates_is_not_followed(sample: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("<p>secret", encoding="utf-8")
    written(tmp_path, "blocks/kpis.html.j2", "")
    (tmp_path / "templates/blocks/chart.html.j2").symlink_to(tmp_path / "secret")
    text = rendered(sample, sample.branding(tmp_path))
    assert "secret" not in text
    assert "<figure" in text


def test_a_value_that_is_not_there_is_an_error(sample: ModuleType, tmp_path: Path) -> None:
    written(tmp_path, "blocks/chart.html.j2", "{{ block.colour }}")
    with pytest.raises(RenderError, match="has no attribute 'colour'"):
        rendered(sample, sample.branding(tmp_path))


def test_a_template_cannot_reach_into_python(sample: ModuleType, tmp_path: Path) -> None:
    written(tmp_path, "blocks/chart.html.j2", "{{ block.__class__.__mro__ }}")
    with pytest.raises(RenderError, match="unsafe"):
        rendered(sample, sample.branding(tmp_path))


def test_the_accent_is_everywhere(sample: ModuleType, tmp_path: Path) -> None:
    look = msgspec.structs.replace(sample.branding(tmp_path), theme=Theme(accent="#c8102e"))
    text = rendered(sample, look)
    assert "--accent: #c8102e;" in text
    assert 'fill="#c8102e"' in text
    assert "#0b6e4f" not in text


def test_logo_lies_in_the_page(sample: ModuleType, tmp_path: Path) -> None:
    assert str(logo(sample.branding(tmp_path))).startswith("data:image/svg+xml;base64,")
    assert logo(sample.branding(tmp_path, logo=False)) is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("logo.png", None, "the logo 'logo.png' cannot be read: No such file or directory"),
        ("logo.gif", b"GIF89a", "the logo 'logo.gif' is neither SVG nor PNG"),
        ("logo.png", b"<svg/>", "the logo 'logo.png' is not what its ending says"),
        ("logo.svg", b"\x89PNG\r\n\x1a\n", "the logo 'logo.svg' is not what its ending says"),
        ("../logo.svg", None, "the logo '../logo.svg' lies outside the project"),
        (
            "logo.svg",
            b"<svg>" + b" " * 1_000_000,
            "the logo 'logo.svg' has 1,000,005 bytes, more than 1,000,000",
        ),
    ],
)
def test_a_logo_that_cannot_be_used(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(RenderError) as caught:
        logo(Branding(Theme(logo=name), tmp_path))
    assert caught.value.message == message
    assert caught.value.hint == "theme.logo names an SVG or PNG file inside the project."


def test_assets_stay_in_the_folders_of_templates(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    with pytest.raises(RenderError, match="there is no file"):
        asset(Branding(Theme(), tmp_path), "../secret.txt")


def test_no_row_of_cards_is_nearly_empty() -> None:
    assert [columns(n) for n in range(10)] == [1, 1, 2, 3, 4, 3, 3, 4, 4, 3]


def test_shades_are_ten_steps() -> None:
    assert [shade(place) for place in (0.0, 0.09, 0.1, 0.55, 0.99, 1.0)] == [1, 1, 2, 6, 10, 10]


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (0.045, "+4.5%", "▲"),
        (-0.045, "-4.5%", "▼"),
        (0.0001, "0.0%", ""),
        (0, "0", ""),
        (None, "–", ""),
    ],
)
def test_an_arrow_says_what_the_text_says(value: float | None, text: str, expected: str) -> None:
    assert arrow(Cell(value=value, text=text)) == expected
