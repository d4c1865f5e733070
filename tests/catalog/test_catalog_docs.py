"""docs/catalog.md: its examples work, and its tables are the built-in catalog."""

import re
from pathlib import Path

import pytest

from reporter.catalog.load import built_in, catalog_for, load_catalogs
from reporter.catalog.metrics_api import standard
from reporter.catalog.model import (
    Aggregate,
    Calculation,
    Catalog,
    Filter,
    FilterKind,
    Metric,
    Ratio,
    Reported,
)
from reporter.data.formula import text_of
from reporter.data.table import Goal, Kind
from reporter.settings import load_project

DOCS = Path(__file__).parents[2] / "docs" / "catalog.md"
TEXT = DOCS.read_text(encoding="utf-8")
EXAMPLE = re.compile(r"<!-- example: (\w+) -->\n```yaml\n# (\S+)\n(.*?)```", re.DOTALL)
GENERATED = re.compile(
    r"<!-- generated: begin -->\n(.*)<!-- generated: end -->", re.DOTALL | re.MULTILINE
)

OF_MESSAGES = re.compile(
    r"<!-- generated for messages: begin -->\n(.*)<!-- generated for messages: end -->",
    re.DOTALL | re.MULTILINE,
)


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    for _, name, text in EXAMPLE.findall(TEXT):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_examples_are_a_project_without_mistakes(project_folder: Path) -> None:
    project, mistakes = load_project(project_folder / "reporter.yaml")
    assert mistakes == ()
    assert project is not None

    catalogs, diagnostics = load_catalogs(project)
    calls, _ = catalog_for(project, "calls")
    tickets, _ = catalog_for(project, "tickets")

    assert diagnostics == ()
    assert catalogs == {"voice_video": calls, "support_tickets": tickets}
    assert calls.metric("COST_PER_ANSWER") is not None
    assert calls.dimension("CALL_LENGTH") is not None
    assert calls.filter("campaigns") is not None
    assert tickets.metric("CLOSED_SHARE") is not None
    assert tickets.metric("TOTAL_CALL_COUNT") is None


def test_the_tables_are_the_built_in_catalog() -> None:
    found = GENERATED.search(TEXT)
    assert found is not None
    assert found[1] == tables(built_in())


def test_the_tables_of_messages_are_the_other_catalog() -> None:
    found = OF_MESSAGES.search(TEXT)
    assert found is not None
    assert found[1] == tables_of_messages()


BUILDING_BLOCKS = """\
The last three are building blocks of others: a catalog of the project may build on them, a spec
may not name them, and `reporter catalog` lists them only with `--internal`.
"""
GOALS = {Goal.UP: "up", Goal.DOWN: "down", Goal.NEUTRAL: ""}


def tables(catalog: Catalog) -> str:
    """The whole catalog as Markdown tables."""
    return "\n".join(
        [
            "### Metrics\n",
            "| metric | label | meaning | definition | format | goal |",
            "|---|---|---|---|---|---|",
            *(
                f"| `{m.name}` | {m.label} | {m.description} | {definition(m)} | {m.format}"
                f" | {GOALS[m.goal]} |"
                for m in sorted(catalog.metrics, key=lambda m: m.internal)
            ),
            "",
            BUILDING_BLOCKS,
            "### Dimensions\n",
            "| dimension | label | meaning | values |",
            "|---|---|---|---|",
            *(
                f"| `{d.name}` | {d.label} | {d.description} | {d.kind} |"
                for d in catalog.dimensions
            ),
            "",
            "### Filters\n",
            "| filter | also written | takes | meaning |",
            "|---|---|---|---|",
            *(
                f"| `{f.name}` | {', '.join(f'`{a}`' for a in f.aliases)} | {takes(f)}"
                f" | {f.description} |"
                for f in catalog.filters
            ),
            "",
            "### Capabilities\n",
            "| capability | label | meaning |",
            "|---|---|---|",
            *(f"| `{c.code}` | {c.label} | {c.description} |" for c in catalog.capabilities),
            "",
        ]
    )


def tables_of_messages() -> str:
    """What the catalog of a Metrics API has beyond calls."""
    whole, calls = standard(), built_in()
    return "\n".join(
        [
            "| metric | label | meaning | channels | total | format | goal |",
            "|---|---|---|---|---|---|---|",
            *(
                f"| `{m.name}` | {m.label} | {m.description} | {', '.join(m.channels) or 'all'}"
                f" | {total(m)} | {m.format} | {GOALS[m.goal]} |"
                for m in whole.metrics[len(calls.metrics) :]
            ),
            "",
            "| dimension | label | meaning |",
            "|---|---|---|",
            *(
                f"| `{d.name}` | {d.label} | {d.description} |"
                for d in whole.dimensions[len(calls.dimensions) :]
            ),
            "",
            "| filter | takes | meaning |",
            "|---|---|---|",
            *(
                f"| `{f.name}` | {takes(f)} | {f.description} |"
                for f in whole.filters[len(calls.filters) :]
            ),
            "",
            "| capability | label | meaning |",
            "|---|---|---|",
            *(
                f"| `{c.code}` | {c.label} | {c.description} |"
                for c in whole.capabilities[len(calls.capabilities) :]
            ),
            "",
        ]
    )


def total(metric: Metric) -> str:
    return "sum" if metric.definition == Reported(additive=True) else "asked anew"


def definition(metric: Metric) -> str:
    match metric.definition:
        case Aggregate(function, of, where):
            counted = f"{function} of `{of}`" if of is not None else str(function)
            return counted if where is None else f"{counted} where `{where}`"
        case Ratio(numerator, denominator):
            return f"`{numerator}` / `{denominator}`"
        case Calculation(formula):
            return f"`{text_of(formula)}`"
        case Reported():
            raise AssertionError(metric.name)  # none among calls


TAKES = {
    FilterKind.SUBACCOUNTS: "`true` or `false`",
    FilterKind.SPANS: "a list of `{from, to}`",
    FilterKind.SINCE: "a day or an instant",
    FilterKind.UNTIL: "a day or an instant",
}


def takes(entry: Filter) -> str:
    if entry.kind is FilterKind.PAIRS:
        return f"a list of `{{{', '.join(key.name for key in entry.keys)}}}`"
    plain = "a list of whole numbers" if entry.type is Kind.INTEGER else "a list of texts"
    return TAKES.get(entry.kind, plain)
