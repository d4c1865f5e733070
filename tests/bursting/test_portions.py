"""What values are called, in texts and in the names of files."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from reporter import wiring
from reporter.artifacts import stem_of
from reporter.pipeline import Tools, ask
from reporter.plan.preparation import Request
from reporter.portions import Asked, Portions, gathered, named, portions
from reporter.settings import load_project

HEAD = "call_id,account_key,sent_at,direction,answered_at,ended_at\n"
SPEC = """\
version: 1
name: calls
title: Calls
source: calls
period: last_month
compareTo: previous_period
sections: [{type: kpis, metrics: [TOTAL_CALL_COUNT]}]
burst: {by: ACCOUNT_KEY, recipients: recipients.csv}
"""


def asked(folder: Path, *accounts: str, names: str = "", more: str = "") -> Asked:
    rows = [
        f"{n},{key},2026-10-0{n % 9 + 1}T08:00:00Z,OUTBOUND,," for n, key in enumerate(accounts)
    ]
    (folder / "calls.csv").write_text("\n".join((HEAD.strip(), *rows, more)), encoding="utf-8")
    (folder / "reporter.yaml").write_text(
        "version: 1\nsources: {calls: {type: calls, path: calls.csv}}\n"
    )
    (folder / "recipients.csv").write_text(f"ACCOUNT_KEY,to,name\n{names}", encoding="utf-8")
    (folder / "calls.yaml").write_text(SPEC)
    project, mistakes = load_project(folder / "reporter.yaml")
    assert project is not None, mistakes
    tools = Tools(wiring.open_source, wiring.RENDERERS)
    request = Request(now=datetime(2026, 11, 1, tzinfo=UTC))
    asking = ask(folder / "calls.yaml", project, request, tools, progress=lambda _: None)
    return asyncio.run(asking)


def labels(found: Portions) -> list[tuple[str | int | None, str, str]]:
    return [(value.value, value.label, value.slug) for value in found.values]


def test_values_stand_in_the_order_of_their_labels_and_those_without_last(tmp_path: Path) -> None:
    found = portions(asked(tmp_path, "zeta", "", "Beta", "alpha"))
    assert labels(found) == [
        ("alpha", "alpha", "alpha"),
        ("Beta", "Beta", "beta"),
        ("zeta", "zeta", "zeta"),
        (None, "N/A", "n-a"),
    ]


def test_slugs_are_safe_and_tell_values_apart(tmp_path: Path) -> None:
    accounts = ("acme", "ACME", "Ácme", "../../etc", "日本", "☎", "CON", "x" * 300, "x" * 301)
    found = portions(asked(tmp_path, *accounts))
    slugs = {str(value.value): value.slug for value in found.values}
    assert slugs["../../etc"] == "etc"
    assert slugs["CON"] == "con"
    assert len(set(slugs.values())) == len(accounts)
    for value in ("acme", "ACME", "Ácme"):
        assert slugs[value].startswith("acme--")
    assert slugs["日本"] != slugs["☎"]
    assert all(slug.isascii() and 0 < len(slug) <= 74 for slug in slugs.values())
    stems = {stem_of(one.prepared.edition) for one in found}
    assert len(stems) == len(accounts)
    assert f"calls_{slugs['acme']}_2026-10" in stems


def test_a_name_goes_before_the_value_and_names_of_two_say_which(tmp_path: Path) -> None:
    names = (
        "A,a@example.com,Acme\nB,b@example.com,Acme\nC,c@example.com,Šipak d.o.o.\n"
        "D,d@example.com,Дом\nN/A,n@example.com,Nobody's\n"
    )
    found = portions(asked(tmp_path, "A", "B", "C", "D", "", names=names))
    assert labels(found) == [
        ("A", "Acme (A)", "acme-a"),
        ("B", "Acme (B)", "acme-b"),
        ("C", "Šipak d.o.o.", "sipak-d-o-o"),
        ("D", "Дом", "d"),
        (None, "Nobody's", "nobody-s"),
    ]
    assert [one.recipients for one in found][-2:] == [("d@example.com",), ("n@example.com",)]


def test_a_text_that_reads_like_no_value_is_one(tmp_path: Path) -> None:
    found = portions(asked(tmp_path, "N/A", "", names="N/A,n@example.com,\n"))
    assert labels(found) == [
        ("N/A", "N/A (N/A)", "n-a-n-a"),
        (None, "N/A", "n-a"),
    ]
    assert [one.recipients for one in found] == [(), ("n@example.com",)]


def test_what_is_delivered(tmp_path: Path) -> None:
    names = "A,a@example.com,\nZ,z@example.com,\n"
    everything = asked(tmp_path, "A", "B", names=names)
    found = portions(everything)
    assert [value.label for value in found.values] == ["A", "B"]
    assert [value.label for value in found.to_deliver().values] == ["A", "Z"]
    assert len(found.to_deliver()) == 2
    (of_z,) = (one for one in found.to_deliver() if one.recipients == ("z@example.com",))
    assert of_z.answers[0].table.rows == ((0,),)
    spec = everything.prepared.edition.spec
    assert spec.burst is not None
    without = msgspec.structs.replace(
        spec, burst=msgspec.structs.replace(spec.burst, recipients=None)
    )
    edition = msgspec.structs.replace(everything.prepared.edition, spec=without)
    prepared = msgspec.structs.replace(everything.prepared, edition=edition, listed={})
    open_to_all = portions(msgspec.structs.replace(everything, prepared=prepared))
    assert [value.label for value in open_to_all.to_deliver().values] == ["A", "B"]
    assert list(open_to_all.remarks()) == []


def test_calls_of_the_comparison_alone_are_none_of_the_period(tmp_path: Path) -> None:
    found = portions(asked(tmp_path, "A", more="9,B,2026-09-01T08:00:00Z,OUTBOUND,,"))
    assert [value.label for value in found.every] == ["A"]


def test_a_report_without_burst_has_no_portions(tmp_path: Path) -> None:
    whole = asked(tmp_path, "A")
    alone = msgspec.structs.replace(whole.prepared, widened=None)
    with pytest.raises(TypeError, match="a report without burst has no portions"):
        portions(msgspec.structs.replace(whole, prepared=alone))


def test_many_values_are_not_all_named() -> None:
    assert named([str(n) for n in range(14)]).endswith("10, 11 and 2 more")
    said = [("A", ["all", "some", "some"]), ("B", ["all"]), ("C", ["all", "some"])]
    assert list(gathered(said, 3)) == ["all", "A, C: some"]


def test_what_an_edition_is_remembered_by(tmp_path: Path) -> None:
    found = portions(asked(tmp_path, "A", ""))
    assert [value.key for value in found.values] == ["ACCOUNT_KEY=A", "no ACCOUNT_KEY"]
