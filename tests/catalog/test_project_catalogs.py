"""The catalog files of a project: what they add, and what is said of wrong ones."""

from pathlib import Path

import pytest

from reporter.catalog.load import built_in, catalog_for, load_catalogs
from reporter.catalog.model import (
    Aggregate,
    Attribute,
    Bucket,
    Buckets,
    Calculation,
    Catalog,
    Function,
    Ratio,
    RecordColumn,
    RecordColumnType,
    TimeStep,
)
from reporter.data.formula import parse
from reporter.data.table import Format, Goal, Kind, Member
from reporter.dates import Grain
from reporter.diagnostics import Diagnostic
from reporter.settings import CallsSource, Project, ProjectFile

EXAMPLES = Path(__file__).parents[1] / "examples" / "catalogs"
INVALID = sorted(p.stem for p in (EXAMPLES / "invalid").glob("*.yaml"))


def project(*catalogs: str, source_catalog: str | None = None, folder: Path = EXAMPLES) -> Project:
    source = CallsSource(path="calls.parquet", catalog=source_catalog)
    file = ProjectFile(version=1, sources={"calls": source}, catalogs=catalogs)
    return Project(folder, file, folder / "reporter.yaml")


def texts(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Place, code and sentence of each, then what it says beside."""
    lines = []
    for found in diagnostics:
        at = found.location
        lines.append(f"{at.line}:{at.column} {at.dotted()} [{found.code}] {found.message}")
        beside = {"expected": found.expected, "found": found.found, "hint": found.hint}
        lines += [f"  {key}: {value}" for key, value in beside.items() if value is not None]
    return "\n".join(lines)


def sound(*catalogs: str, source_catalog: str | None = None) -> Catalog:
    catalog, diagnostics = catalog_for(project(*catalogs, source_catalog=source_catalog), "calls")
    assert texts(diagnostics) == ""
    return catalog


@pytest.mark.parametrize("name", INVALID)
def test_wrong_catalogs_are_explained(name: str) -> None:
    catalogs, diagnostics = load_catalogs(project(f"invalid/{name}.yaml"))

    expected = (EXAMPLES / "invalid" / f"{name}.txt").read_text(encoding="utf-8")
    assert texts(diagnostics) + "\n" == expected
    assert catalogs == {"voice_video": built_in()}


WRONG_STRUCTURE = """\
version: 1
name: mine
label: Mine
extends: voice-video
metrics:
  COST: {label: Cost, description: A., agregate: {function: sum}, goal: upwards}
  cost: {label: Cost, description: A., formula: TOTAL_CALL_COUNT}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\nname: [mine\n", {("yaml-syntax", "")}),
        (
            WRONG_STRUCTURE,
            {
                ("not-allowed", "extends"),
                ("unknown-key", "metrics.COST.agregate"),
                ("not-allowed", "metrics.COST.goal"),
                ("malformed", "metrics.cost"),
            },
        ),
    ],
)
def test_files_of_another_shape_are_explained(
    text: str, expected: set[tuple[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")

    catalogs, diagnostics = load_catalogs(project("mine.yaml", folder=tmp_path))

    assert {(d.code, d.location.dotted()) for d in diagnostics} == expected
    assert {d.location.file for d in diagnostics} == {str(tmp_path / "mine.yaml")}
    assert catalogs == {"voice_video": built_in()}


def test_every_expected_text_belongs_to_an_example() -> None:
    assert sorted(p.stem for p in (EXAMPLES / "invalid").glob("*.txt")) == INVALID
    assert len(INVALID) >= 20


def test_a_project_without_catalogs_has_the_built_in_one() -> None:
    assert sound() is built_in()
    assert catalog_for(project(), None) == (built_in(), ())
    assert catalog_for(project(), "no such source") == (built_in(), ())
    assert sound(source_catalog="voice_video") is built_in()


def test_an_extension_adds_to_the_built_in_catalog() -> None:
    catalog = sound("valid/campaigns.yaml")

    assert catalog.name == "voice_video"
    assert catalog.metrics[: len(built_in().metrics)] == built_in().metrics
    assert [m.name for m in catalog.metrics[len(built_in().metrics) :]] == [
        "CAMPAIGN_COST",  # before the ratio that uses it
        "COST_PER_ANSWER",
        "DISTINCT_CAMPAIGNS",
    ]
    cost = catalog.metric("CAMPAIGN_COST")
    assert cost is not None
    assert cost.definition == Aggregate(Function.SUM, "campaign_cost")
    assert (cost.format, cost.goal, cost.group) == (Format.DECIMAL, Goal.NEUTRAL, "Campaigns")
    share = catalog.metric("COST_PER_ANSWER")
    assert share is not None
    assert share.definition == Ratio("CAMPAIGN_COST", "TOTAL_ANSWERED_CALL_COUNT")
    assert catalog.records.columns[-1] == RecordColumn(
        name="campaign", type=RecordColumnType.TEXT, description="The campaign by name."
    )
    assert catalog.records.checks[-1] == ("campaign_cost >= 0", "its cost is negative")
    assert catalog.records.checks[:-1] == built_in().records.checks
    assert catalog.records.time == "sent_at"
    assert catalog.capabilities[-1].code == "CARRIER_PIGEON"


def test_a_filter_takes_expression_type_and_values_from_its_dimension() -> None:
    catalog = sound("valid/campaigns.yaml")

    by_alias = catalog.filter("campaign")
    assert by_alias is not None
    assert by_alias.name == "campaigns"
    assert by_alias.expression == "campaign"
    assert by_alias.dimension is None
    assert by_alias.values == (Member("spring", "Spring"), Member("autumn", "Autumn"))
    own = catalog.filter("sipOnly")
    assert own is not None
    assert own.type is Kind.INTEGER
    assert own.values == (Member("1", "Trunk"), Member("0", "Other"))
    assert own.closed


def test_a_catalog_over_a_table_of_its_own() -> None:
    catalog = sound("valid/tickets.yaml", source_catalog="support_tickets")

    assert (catalog.name, catalog.label) == ("support_tickets", "Support tickets")
    assert (catalog.records.noun, catalog.records.time) == ("tickets", "opened_at")
    assert (catalog.records.identity, catalog.records.latest) == ("ticket", ("closed_at",))
    assert catalog.records.columns[2].optional
    assert catalog.records.columns[3].values == ("FIRST", "SECOND")
    assert [m.name for m in catalog.metrics] == [
        "CLOSED_COUNT",
        "TICKET_COUNT",
        "CLOSED_SHARE",
        "LONGEST",
    ]
    closed = catalog.metric("CLOSED_SHARE")
    assert closed is not None
    assert closed.definition == Calculation(parse("CLOSED_COUNT / (TICKET_COUNT + 0)"))
    kinds = {d.name: (d.kind, type(d.definition)) for d in catalog.dimensions}
    assert kinds == {
        "OPENED": (Kind.DATE, TimeStep),
        "OPENED_HOUR": (Kind.DATE_TIME, TimeStep),
        "TEAM": (Kind.TEXT, Attribute),
        "AGE": (Kind.TEXT, Buckets),
    }
    age = catalog.dimension("AGE")
    assert age is not None
    assert age.members == (Member("SAME_DAY", "under a day"), Member("LATER", "a day and more"))
    assert isinstance(age.definition, Buckets)
    assert age.definition.buckets[1] == Bucket("LATER", "a day and more", 24)
    assert catalog.dimension("OPENED_HOUR").definition == TimeStep(Grain.HOUR)  # type: ignore[union-attr]
    spans = catalog.filter("ages")
    assert spans is not None
    assert (spans.dimension, spans.expression) == ("AGE", None)
    assert catalog.metric("TOTAL_CALL_COUNT") is None


def test_all_catalogs_of_a_project_stand_beside_each_other() -> None:
    both = project("valid/tickets.yaml", "valid/campaigns.yaml")

    catalogs, diagnostics = load_catalogs(both)

    assert diagnostics == ()
    assert sorted(catalogs) == ["support_tickets", "voice_video"]
    assert catalogs["voice_video"].dimension("CAMPAIGN") is not None
    assert built_in().dimension("CAMPAIGN") is None


def test_the_same_file_twice_is_a_clash() -> None:
    catalogs, diagnostics = load_catalogs(project("valid/campaigns.yaml", "valid/campaigns.yaml"))

    assert {d.code for d in diagnostics} == {"name-taken"}
    assert diagnostics[0].message == (
        f"{EXAMPLES}/valid/campaigns.yaml is called 'campaigns' already"
    )
    assert catalogs["voice_video"].dimension("CAMPAIGN") is not None


def test_a_file_that_is_not_there() -> None:
    _, diagnostics = load_catalogs(project("nowhere.yaml"))

    assert diagnostics[0].location.file == str(EXAMPLES / "reporter.yaml")
    assert texts(diagnostics) == (
        "None:None catalogs[0] [missing-catalog] there is no file nowhere.yaml\n"
        "  expected: a catalog file, by its path relative to the project file\n"
        "  found: nowhere.yaml"
    )


def test_a_project_without_file_names_catalogs_from_its_folder() -> None:
    file = ProjectFile(version=1, catalogs=("nowhere.yaml", "invalid/records-missing.yaml"))

    _, diagnostics = load_catalogs(Project(EXAMPLES, file))

    assert [d.location.file for d in diagnostics] == [
        "reporter.yaml",
        "invalid/records-missing.yaml",
    ]


@pytest.mark.parametrize(
    ("named", "hint"),
    [
        ("support_ticket", "did you mean 'support_tickets'?"),
        ("campaigns", "extensions hold without being named: leave the key out to use them"),
    ],
)
def test_a_source_that_names_no_whole_catalog(named: str, hint: str) -> None:
    both = project("valid/tickets.yaml", "valid/campaigns.yaml", source_catalog=named)

    catalog, diagnostics = catalog_for(both, "calls")

    assert catalog.name == "voice_video"
    assert texts(diagnostics) == (
        f"None:None sources.calls.catalog [unknown-catalog] there is no catalog {named!r}\n"
        "  expected: a whole catalog that is listed under catalogs\n"
        f"  found: {named}\n"
        f"  hint: {hint}"
    )


def test_a_broken_catalog_is_not_reported_as_missing_too() -> None:
    broken = project("invalid/unknown-time.yaml", source_catalog="mine")

    catalog, diagnostics = catalog_for(broken, "calls")

    assert catalog is built_in()
    assert [d.code for d in diagnostics] == ["unknown-column"]
