import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Reporter = Callable[..., Any]
AS_OF = ("--as-of", "2026-11-01")
PLAN = """\
review: Monthly review
  source      calls
  interval    2026-10-01T00:00+00:00 to 2026-11-01T00:00+00:00 (UTC)
  comparison  2026-09-01T00:00+00:00 to 2026-10-01T00:00+00:00
  filter      Channel: Voice and Video
  filter      Country: all (parameter country not set)
  parameter   country: not set

before all queries


query 1 of 4, for sections[0], sections[1]
  metrics     TOTAL_CALL_COUNT, OUTBOUND_ANSWERED_CALL_COUNT, TOTAL_ATTEMPTED_CALL_COUNT, \
ANSWER_RATE
  interval    2026-10-01T00:00+00:00 to 2026-11-01T00:00+00:00
  filter      Channel: Voice and Video


query 2 of 4, for sections[0] (comparison), sections[1] (comparison)
  metrics     TOTAL_CALL_COUNT, OUTBOUND_ANSWERED_CALL_COUNT, TOTAL_ATTEMPTED_CALL_COUNT, \
ANSWER_RATE
  interval    2026-09-01T00:00+00:00 to 2026-10-01T00:00+00:00
  filter      Channel: Voice and Video


query 3 of 4, for sections[0] (sparkline)
  metrics     TOTAL_CALL_COUNT, OUTBOUND_ANSWERED_CALL_COUNT, TOTAL_ATTEMPTED_CALL_COUNT, \
ANSWER_RATE
  by          DAY
  interval    2026-10-01T00:00+00:00 to 2026-11-01T00:00+00:00
  filter      Channel: Voice and Video


query 4 of 4, for sections[2]
  metrics     TOTAL_ATTEMPTED_CALL_COUNT, OUTBOUND_ANSWERED_CALL_COUNT, ANSWER_RATE
  by          COUNTRY_NAME
  interval    2026-10-01T00:00+00:00 to 2026-11-01T00:00+00:00
  filter      Channel: Voice and Video

"""


def without_sql(text: str) -> str:
    lines = (line for line in text.splitlines(keepends=True) if not line.startswith("    "))
    # Empty lines within the SQL are as empty as those around it.
    return "".join(lines).replace("\n\n\n\n", "\n\n\n")


def test_a_plan_for_people(reporter: Reporter) -> None:
    done = reporter("plan", "review", *AS_OF)
    assert (done.code, done.err) == (0, "")
    assert without_sql(done.out) == PLAN
    assert done.out.count("READ_CSV") == 1
    assert done.out.count('    CAST(records.country_name AS TEXT) AS "COUNTRY_NAME"') == 1


def test_a_plan_for_machines(reporter: Reporter) -> None:
    done = reporter("plan", "review", *AS_OF, "--param", "country=1", "--json")
    assert done.code == 0
    plan = json.loads(done.out)
    statements = [query.pop("sql") for query in plan["queries"]]
    assert all("SELECT" in statement for statement in statements)
    october = {"since": "2026-10-01T00:00+00:00", "until": "2026-11-01T00:00+00:00"}
    september = {"since": "2026-09-01T00:00+00:00", "until": "2026-10-01T00:00+00:00"}
    filters = [
        {"label": "Channel", "value": "Voice and Video"},
        {"label": "Country", "value": "1"},
    ]
    queries = plan.pop("queries")
    assert plan == {
        "report": "review",
        "source": "calls",
        "timezone": "UTC",
        "interval": october,
        "comparison": september,
        "burst": None,
        "filters": filters,
        "parameters": {"country": 1},
        "unavailable": [],
    }
    assert len(queries) == 4
    assert queries[3] == {
        "source": "calls",
        "metrics": ["TOTAL_ATTEMPTED_CALL_COUNT", "OUTBOUND_ANSWERED_CALL_COUNT", "ANSWER_RATE"],
        "dimensions": ["COUNTRY_NAME"],
        "filters": filters,
        "interval": october,
        "needs": [{"section": 2, "purpose": "current"}],
    }
    assert queries[1]["interval"] == september


def test_what_the_source_lacks(project: Path, reporter: Reporter) -> None:
    spec = project / "report_specs/review.yaml"
    text = spec.read_text().replace("[TOTAL_CALL_COUNT, ANSWER_RATE]", "[HUNG_UP_COUNT]")
    spec.write_text(text.replace("[COUNTRY_NAME]", "[SENDER]").replace("compareTo", "#"))
    done = reporter("plan", "review", *AS_OF)
    assert done.code == 0
    found = [line for line in done.out.splitlines() if line.startswith("  unavailable ")]
    assert found == [
        "  unavailable HUNG_UP_COUNT: the source 'calls' has no column hangup",
        "  unavailable SENDER: the source 'calls' has no column sender",
    ]
    assert "comparison" not in done.out
    machine = json.loads(reporter("plan", "review", *AS_OF, "--json").out)
    assert machine["comparison"] is None
    assert machine["unavailable"][0] == {
        "name": "HUNG_UP_COUNT",
        "reason": "the source 'calls' has no column hangup",
    }


def test_a_single_query_is_shown_whole(project: Path, reporter: Reporter) -> None:
    spec = project / "report_specs/review.yaml"
    text = spec.read_text().replace("compareTo: previous_period\n", "")
    spec.write_text(text[: text.index("  - type: table")].replace("    sparkline: DAY\n", ""))
    done = reporter("plan", "review", *AS_OF)
    assert done.code == 0
    assert "before all queries" not in done.out
    assert done.out.count("READ_CSV") == 1


def test_warnings_are_shown(project: Path, reporter: Reporter) -> None:
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text().replace("period: last_month\n", ""))
    done = reporter("plan", "review", "--period", "last_month", "--json")
    assert done.code == 0
    assert "warning: the report says no period [no-period]" in done.err
    assert json.loads(done.out)["report"] == "review"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("revue",), 1, "revue: error: there is no such spec [no-spec]"),
        (("review", "--param", "x=1"), 1, "--param x: error: report review has no parameter 'x'"),
        (("review", "--source", "x"), 1, "--source: error: there is no source 'x' in the project"),
    ],
)
def test_mistakes(arguments: tuple[str, ...], code: int, message: str, reporter: Reporter) -> None:
    done = reporter("plan", *arguments)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(message)


def test_a_source_that_cannot_be_read(project: Path, reporter: Reporter) -> None:
    (project / "calls.csv").unlink()
    done = reporter("plan", "review", *AS_OF)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: source 'calls': ")
