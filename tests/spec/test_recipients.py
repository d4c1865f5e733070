"""recipients.csv. What is wrong with one is in tests/examples/invalid/burst-*.yaml."""

from pathlib import Path

import pytest

from reporter.data.table import Kind
from reporter.spec.recipients import Listed, Recipients, read_recipients


def read(folder: Path, text: str | bytes, kind: Kind = Kind.TEXT) -> Listed:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "recipients.csv").write_bytes(content)
    listed, diagnostics = read_recipients("recipients.csv", folder, "ACCOUNT_KEY", kind)
    assert diagnostics == ()
    return listed


def test_values_with_their_addresses_and_names(tmp_path: Path) -> None:
    assert read(
        tmp_path,
        "ACCOUNT_KEY,to,name\n"
        "A-1, ana@example.com ; Ivo <ivo@example.com>;,Acme d.o.o.\n"
        "\n"
        "B-2,mia@example.com,\n"
        'A-1,luka@example.com,"Acme d.o.o."\n'
        " , , \n"
        "N/A,operations@example.com,\n"
        "# is no comment,ana@example.com,=1+1\n",
    ) == {
        "A-1": Recipients(
            ("ana@example.com", "Ivo <ivo@example.com>", "luka@example.com"), "Acme d.o.o."
        ),
        "B-2": Recipients(("mia@example.com",)),
        None: Recipients(("operations@example.com",)),
        "# is no comment": Recipients(("ana@example.com",), "=1+1"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "to,ACCOUNT_KEY\nana@example.com,A\n",
        "\ufeffACCOUNT_KEY,to\r\nA,ana@example.com\r\n",
        b"ACCOUNT_KEY , to\nA,ana@example.com",
    ],
)
def test_columns_in_any_order_and_files_of_any_program(text: str | bytes, tmp_path: Path) -> None:
    assert read(tmp_path, text) == {"A": Recipients(("ana@example.com",))}


def test_whole_numbers(tmp_path: Path) -> None:
    listed = read(tmp_path, "ACCOUNT_KEY,to\n-7,a@example.com\n0219,b@example.com\n", Kind.INTEGER)
    assert [*listed] == [-7, 219]


def test_nobody(tmp_path: Path) -> None:
    assert read(tmp_path, "ACCOUNT_KEY,to\n") == {}


@pytest.mark.parametrize(
    ("text", "code", "line", "message"),
    [
        ("", "recipients-header", 1, "recipients.csv has no header as it should: it is empty"),
        (
            'ACCOUNT_KEY,to\n"A,ana@example.com\n',
            "recipients-row",
            None,
            "recipients.csv cannot be read as CSV: unexpected end of data",
        ),
        (
            "ACCOUNT_KEY,to\nA\x07,ana@example.com\n",
            "recipients-value",
            2,
            r"'A\x07' has characters that cannot be printed",
        ),
        (
            'ACCOUNT_KEY,to,name\nA,ana@example.com,"one\nname"\nB,ana\n',
            "recipients-row",
            4,
            "the row has 2 fields, and the header 3",
        ),
    ],
)
def test_what_else_is_wrong(
    text: str, code: str, line: int | None, message: str, tmp_path: Path
) -> None:
    (tmp_path / "recipients.csv").write_text(text, encoding="utf-8")
    listed, found = read_recipients("recipients.csv", tmp_path, "ACCOUNT_KEY", Kind.TEXT)
    assert listed == {}
    assert (found[-1].code, found[-1].location.line, found[-1].message) == (code, line, message)


def test_half_a_list_is_none(tmp_path: Path) -> None:
    text = "ACCOUNT_KEY,to\nA,ana@example.com\nB,nobody\n"
    (tmp_path / "recipients.csv").write_text(text, encoding="utf-8")
    listed, found = read_recipients("recipients.csv", tmp_path, "ACCOUNT_KEY", Kind.TEXT)
    assert listed == {}
    assert [one.code for one in found] == ["wrong-address"]


def test_a_number_that_is_too_long(tmp_path: Path) -> None:
    text = f"ACCOUNT_KEY,to\n{'9' * 5000},ana@example.com\n"
    (tmp_path / "recipients.csv").write_text(text, encoding="utf-8")
    _, found = read_recipients("recipients.csv", tmp_path, "ACCOUNT_KEY", Kind.INTEGER)
    assert [one.code for one in found] == ["recipients-value"]
