"""Every report of the gallery says the same from call records and from a Metrics API over them.

The Metrics API is our own, in a process of its own; results come by real callbacks.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import SPECS, Served, report, run_report, served
from two_ways import equal

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


def _differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where two JSON documents differ; numbers may by 1e-9."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in expected.keys() | found.keys():
            yield from _differences(
                expected.get(name, "nothing"), found.get(name, "nothing"), f"{path}.{name}"
            )
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (here, there) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(here, there, f"{path}[{number}]")
    elif not equal(expected, found):
        yield f"{path}: {expected!r} from calls, {found!r} from the API"


def _compare(server: Served, spec: Path, source: str, *words: str) -> Any:
    here, there = report(server, spec, "calls", *words), report(server, spec, source, *words)
    assert there["provenance"].pop("source") == source
    here["provenance"].pop("source")
    for document in (here, there):
        document["provenance"].pop("dataThrough")
    assert list(_differences(here, there)) == []
    return here


def test_a_difference_would_be_seen(server: Served) -> None:
    made = report(server, SPECS[0], "calls")
    other = report(server, SPECS[0], "calls", "--filter", "countryIds=1")
    assert len(list(_differences(made, other))) > 50
    nudged = json.loads(json.dumps(made), parse_float=lambda text: float(text) * (1 + 1e-8))
    assert len(list(_differences(made, nudged))) > 10


def _numbers(value: Any) -> int:
    """How many numbers a JSON document has that are not 0."""
    if isinstance(value, dict):
        return sum(map(_numbers, value.values()))
    if isinstance(value, list):
        return sum(map(_numbers, value))
    return int(isinstance(value, int | float) and not isinstance(value, bool) and value != 0)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_every_report(spec: Path, server: Served) -> None:
    made = _compare(server, spec, "api")
    assert _numbers(made["blocks"]) > 50


def test_there_are_six_reports() -> None:
    assert len(SPECS) == 6


def test_through_the_relay(server: Served) -> None:
    spec = next(spec for spec in SPECS if spec.stem == "monthly-voice-review")
    _compare(server, spec, "relay")


@pytest.mark.parametrize(
    "words",
    [
        ("--filter", "capabilities=PHONE", "--filter", "directions=OUTBOUND"),
        ("--filter", 'timeToAnswer=[{"to": "SECONDS_20"}]', "--period", "last_week"),
    ],
)
def test_narrowed_further_and_over_another_period(words: tuple[str, ...], server: Served) -> None:
    spec = next(spec for spec in SPECS if spec.stem == "monthly-voice-review")
    _compare(server, spec, "api", *words)


def test_a_burst(server: Served) -> None:
    """By account and by country; the API is asked as many questions as for one report."""
    for by, least in (("ACCOUNT_KEY", 4), ("COUNTRY_NAME", 8)):
        spec = server.folder / f"by-{by.lower().replace('_', '-')}.yaml"
        text = next(one for one in SPECS if one.stem == "country-quality").read_text("utf-8")
        spec.write_text(f"{text}burst: {{by: {by}}}\n", encoding="utf-8")
        here, there = (_all_reports(server, spec, source) for source in ("calls", "api"))
        assert list(here) == list(there)
        assert len(here) >= least
        assert list(_differences(here, there)) == []
        assert _numbers(here) > 50 * least


def _all_reports(server: Served, spec: Path, source: str) -> dict[str, Any]:
    said = run_report(server, spec, source)
    assert said.code == 0, said.err
    made: dict[str, Any] = {}
    for file in sorted((server.folder / f"out-{source}").iterdir()):
        made[file.name] = json.loads(file.read_text(encoding="utf-8"))
        file.unlink()
    for document in made.values():
        document["provenance"].pop("source")
        document["provenance"].pop("dataThrough")
    return made


def test_with_a_password(server: Served) -> None:
    spec = next(spec for spec in SPECS if spec.stem == "executive-one-pager")
    _compare(server, spec, "user")


def test_with_a_wrong_key(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is let in, nothing is made, and what was tried is not shown."""
    monkeypatch.setenv("SERVED_KEY", "another-key-5a17")
    said = run_report(server, SPECS[0], "api", "--refresh")
    assert said.code == 3
    assert "401" in said.err
    assert "another-key-5a17" not in said.err
    assert list((server.folder / "out-api").iterdir()) == []
