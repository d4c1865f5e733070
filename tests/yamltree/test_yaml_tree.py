from pathlib import Path

import pytest
import yaml

from reporter.diagnostics import Location
from reporter.yamltree import MAX_BYTES, Tree, nodes, parse, partial, read
from reporter.yamltree.tree import MAX_VALUES, plain_scalar


@pytest.fixture(params=["libyaml", "pure Python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text is read by both of PyYAML's parsers."""
    if request.param == "pure Python":
        slow = type("_Loader", (yaml.SafeLoader,), {"resolve": nodes._Loader.resolve})
        monkeypatch.setattr(nodes, "_Loader", slow)


def tree_of(text: str) -> Tree:
    tree, mistakes = parse(text, "file.yaml")
    assert mistakes == ()
    assert tree is not None
    return tree


def only_mistake(text: str) -> tuple[str, int | None, int | None]:
    tree, mistakes = parse(text, "file.yaml")
    assert tree is None
    assert len(mistakes) == 1
    location = mistakes[0].location
    assert location.file == "file.yaml"
    return mistakes[0].code, location.line, location.column


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("No", "No"),
        ("y", "y"),
        ("12:30:00", "12:30:00"),
        ("2026-10-01", "2026-10-01"),
        ("1_000", "1_000"),
        ("1.11.2026", "1.11.2026"),
        ("+", "+"),
        (".", "."),
        ("true", True),
        ("FALSE", False),
        ("", None),
        ("~", None),
        ("Null", None),
        ("0", 0),
        ("-12", -12),
        ("+7", 7),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("0.60", 0.6),
        (".5", 0.5),
        ("-1.", -1.0),
        ("1e3", 1000.0),
        ("6.02E+23", 6.02e23),
    ],
)
def test_plain_scalars_are_read_as_yaml_1_2_says(text: str, value: object) -> None:
    found = plain_scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e999", "9" * 400])
def test_numbers_that_are_of_no_use_are_mistakes(text: str) -> None:
    assert only_mistake(f"a: {text}\n") == ("yaml-not-finite", 1, 4)


@pytest.mark.usefixtures("_parser")
def test_every_value_and_key_has_its_place() -> None:
    tree = tree_of("title: Calls\nsections:\n  - {type: kpis, 'metrics': [A, \"B\"]}\n")
    assert tree.data == {"title": "Calls", "sections": [{"type": "kpis", "metrics": ["A", "B"]}]}
    assert tree.values[()] == (1, 1)
    assert tree.values["title",] == (1, 8)
    assert tree.keys["sections",] == (2, 1)
    assert tree.keys["sections", 0, "metrics"] == (3, 18)
    assert tree.values["sections", 0, "metrics", 1] == (3, 33)


@pytest.mark.usefixtures("_parser")
def test_quotes_make_texts() -> None:
    assert tree_of("a: '1'\nb: \"true\"\nc: |\n  3\nd: >-\n  null\n").data == {
        "a": "1",
        "b": "true",
        "c": "3\n",
        "d": "null",
    }


def test_what_is_absent_is_where_it_should_stand() -> None:
    tree = tree_of("sections:\n  - type: kpis\n")
    path = ("sections", 0, "metrics", 3)
    assert tree.location(path) == Location("file.yaml", 2, 5, path)
    assert tree.location(("sections", 0, "type"), of_key=True).column == 5
    assert tree.location(("sections", 0, "type")).column == 11
    assert Tree("file.yaml", {}, {}, {}).location(("a",)) == Location("file.yaml", 1, 1, ("a",))


def test_lines_of_a_literal_text_are_lines_of_the_file() -> None:
    tree = tree_of("a: |\n  one\n  two\nb: >\n  one\n  two\n")
    assert tree.line_within(("a",), 2).line == 3
    assert tree.line_within(("b",), 2).line == 4


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a: 1\na: 2\n", ("yaml-repeated-key", 2, 1)),
        ("1: a\n", ("yaml-key-not-text", 1, 1)),
        ("true: a\n", ("yaml-key-not-text", 1, 1)),
        ("? [a]\n: b\n", ("yaml-key-not-text", 1, 3)),
        ("~: a\n", ("yaml-key-not-text", 1, 1)),
        ("a: !!int 1\n", ("yaml-tag", 1, 4)),
        ("a: !mine {b: c}\n", ("yaml-tag", 1, 4)),
        ("a: {<<: {b: c}}\n", ("yaml-merge-key", 1, 5)),
        ("a: &a {b: *a}\n", ("yaml-recursive-alias", 1, 4)),
        ("", ("yaml-empty-file", 1, 1)),
        ("# a comment\n---\n", ("yaml-empty-file", 1, 1)),
        ("a: 1\n---\nb: 2\n", ("yaml-syntax", 2, 1)),
        ("a: *b\n", ("yaml-syntax", 1, 4)),
        ("a:\n\t- b\n", ("yaml-syntax", 2, 1)),
        ("a: b: c\n", ("yaml-syntax", 1, 5)),
        ("a: 'b\n\nc", ("yaml-syntax", 1, 4)),
        ("a: @b\n", ("yaml-syntax", 1, 4)),
        ("a: \x01\n", ("yaml-control-character", 1, 4)),
        ("a: 1\nb: \ufffe", ("yaml-control-character", 2, 4)),
    ],
)
def test_what_makes_yaml_surprising_is_a_mistake(text: str, mistake: tuple[str, int, int]) -> None:
    assert only_mistake(text) == mistake


def test_all_mistakes_are_found_at_once() -> None:
    _, mistakes = parse("a: 1\na: 2\n3: !t x\nb: .inf\n", "file.yaml")
    assert [m.code for m in mistakes] == [
        "yaml-repeated-key",
        "yaml-key-not-text",
        "yaml-not-finite",
    ]


def test_repeated_keys_leave_a_tree_to_go_on_with() -> None:
    tree, mistakes = partial("a: 1\na: 2\n", "file.yaml")
    assert tree is not None
    assert tree.data == {"a": 1}
    assert mistakes[0].hint == "it stands first in line 1, column 1"
    assert partial("a: !t 1\n", "file.yaml")[0] is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        "{" * 1_500,
        "{a: " * 1_500,
        "- " * 20_000,
        "? " * 20_000,
        "\n".join(" " * depth + "a:" for depth in range(1_100)),
        "[]" * 1_000 + "[" * 1_100,
    ],
    ids=lambda text: repr(text[:4]),
)
def test_depth_never_ends_the_process(text: str) -> None:
    assert only_mistake(text)[0] == "yaml-too-deep"


def test_depth_within_reason_is_a_mistake_with_its_place() -> None:
    assert only_mistake("[" * 60 + "]" * 60) == ("yaml-too-deep", 1, 52)
    assert parse(", ".join(["[]"] * 3_000).join("[]"), "file.yaml")[1] == ()


def test_aliases_are_written_out_within_bounds() -> None:
    assert tree_of("a: &a [1, 2]\nb: *a\n").data == {"a": [1, 2], "b": [1, 2]}
    assert tree_of("a: &a [1]\nb: *a\n").values["b", 0] == (1, 8)
    ten = ", ".join(["*x"] * 10)
    bomb = "".join(
        f"k{n}: &x{n} [{ten.replace('x', f'x{n - 1}') if n else '1'}]\n" for n in range(9)
    )
    code, line, _ = only_mistake(bomb)
    assert (code, line) == ("yaml-too-many-values", 1)
    assert str(MAX_VALUES) in parse(bomb, "f")[1][0].message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def code_of(path: Path) -> tuple[str, int | None]:
        tree, mistakes = read(path, "named.yaml")
        assert tree is None
        assert mistakes[0].location.file == "named.yaml"
        return mistakes[0].code, mistakes[0].location.line

    assert code_of(tmp_path / "none.yaml") == ("file-not-found", None)
    assert code_of(tmp_path) == ("not-a-file", None)
    (tmp_path / "latin.yaml").write_bytes("a: x\nb: Ü\n".encode("latin-1"))
    assert code_of(tmp_path / "latin.yaml") == ("file-not-utf8", 2)
    (tmp_path / "large.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert code_of(tmp_path / "large.yaml") == ("file-too-large", None)
    (tmp_path / "file.yaml").write_text("a: 1\n")
    assert code_of(tmp_path / "file.yaml" / "inside.yaml") == ("file-unreadable", None)
    (tmp_path / "endless.yaml").symlink_to("/dev/zero")
    assert code_of(tmp_path / "endless.yaml") == ("file-too-large", None)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    tree, _ = read(tmp_path / "bom.yaml", "bom.yaml")
    assert tree is not None
    assert tree.data == {"a": 1}
