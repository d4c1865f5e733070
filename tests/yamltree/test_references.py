from pathlib import Path

import pytest

from reporter.yamltree import parse
from reporter.yamltree.references import with_references


def resolved(text: str, folder: Path) -> tuple[object, list[str], list[str]]:
    tree, _ = parse(text, "reporter.yaml")
    assert tree is not None
    found, mistakes = with_references(tree, folder)
    return found.data, [m.code for m in mistakes], list(found.origins.values())


def test_variables_and_files_are_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTER_TEST_KEY", "k3y")
    (tmp_path / "secret").write_text("s3cret\r\n", encoding="utf-8")
    text = "a: ${env:REPORTER_TEST_KEY}\nb: ['x ${file:secret} y', 3, null]\nc: plain\n"
    data, codes, origins = resolved(text, tmp_path)
    assert data == {"a": "k3y", "b": ["x s3cret y", 3, None], "c": "plain"}
    assert codes == []
    assert origins == ["${env:REPORTER_TEST_KEY}", "x ${file:secret} y"]


def test_what_is_filled_in_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "outer").write_text("${file:inner}", encoding="utf-8")
    assert resolved("a: ${file:outer}\n", tmp_path) == (
        {"a": "${file:inner}"},
        [],
        ["${file:outer}"],
    )


def test_two_dollars_are_the_sign_itself(tmp_path: Path) -> None:
    assert resolved("a: $${env:X} costs $5\n", tmp_path) == ({"a": "${env:X} costs $5"}, [], [])


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("${env:REPORTER_TEST_NOT_SET}", "missing-variable"),
        ("${file:none}", "missing-file"),
        ("${file:latin}", "missing-file"),
        ("${file:large}", "bad-reference"),
        ("${file:/dev/zero}", "bad-reference"),
        ("${vault:x}", "bad-reference"),
        ("${HOME}", "bad-reference"),
        ("${env:}", "bad-reference"),
        ("${env:X", "bad-reference"),
        ("${", "bad-reference"),
    ],
)
def test_references_that_lead_nowhere(tmp_path: Path, reference: str, code: str) -> None:
    (tmp_path / "latin").write_bytes(b"\xdc")
    (tmp_path / "large").write_bytes(b"x" * 2_000_001)
    tree, _ = parse(f"a:\n  - '{reference}'\n", "reporter.yaml")
    assert tree is not None
    found, mistakes = with_references(tree, tmp_path)
    assert [m.code for m in mistakes] == [code]
    assert (mistakes[0].location.line, mistakes[0].found) == (2, reference)
    assert found.data == {"a": [reference]}
