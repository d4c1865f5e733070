"""Scripts of a page, and the policy that allows these alone."""

import base64
import hashlib
from pathlib import Path

import pytest
from lxml import html

from reporter.errors import RenderError
from reporter.output.base import Branding
from reporter.output.scripts import policy, scripts
from reporter.settings import Theme


def look(folder: Path, **files: bytes) -> Branding:
    for name, content in files.items():
        (folder / "templates/scripts").mkdir(parents=True, exist_ok=True)
        (folder / f"templates/scripts/{name}.js").write_bytes(content)
    return Branding(Theme(), folder)


def test_every_script_of_a_page_is_allowed_by_its_policy(sample_html: str) -> None:
    tree = html.document_fromstring(sample_html)
    (said,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.split(" ", 1) for rule in said.split("; "))
    found = [script.text.encode() for script in tree.xpath("//script")]
    digests = [base64.b64encode(hashlib.sha256(text).digest()).decode() for text in found]
    assert rules.pop("script-src").split() == [f"'sha256-{digest}'" for digest in digests]
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "font-src": "data:",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")


def test_the_policy_stands_before_all_that_it_is_about(sample_html: str) -> None:
    head = html.document_fromstring(sample_html).xpath("//head/*")
    assert [one.tag for one in head][:2] == ["meta", "meta"]
    assert head[1].get("http-equiv") == "Content-Security-Policy"


def test_a_script_of_the_project_goes_before_ours_and_others_come_with_it(tmp_path: Path) -> None:
    plain = scripts(Branding(Theme(), tmp_path))
    names = [script.name for script in plain]
    assert "tables.js" in names
    made = scripts(look(tmp_path, tables=b"1;\r\n2;", aa=b"3;"))
    assert [script.name for script in made] == ["aa.js", *names]
    assert {script.name: script.text for script in made}["tables.js"] == "1;\n2;"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a('</SCRIPT >')", "the script own.js has '</SCRIPT' in it, which would end it"),
        (b"/* <!-- */", "the script own.js has '<!--' in it, which would end it"),
        (b"\xff", "the script own.js is not UTF-8 text"),
    ],
)
def test_a_script_that_cannot_lie_in_a_page(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(RenderError) as caught:
        scripts(look(tmp_path, own=content))
    assert caught.value.message.startswith(message)


def test_without_scripts_none_may_run() -> None:
    assert "script-src 'none'" in policy(())
