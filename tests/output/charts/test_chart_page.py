"""What pages are told of charts: numbers, swatches, notes, and where steps are."""

from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import sample_charts

from reporter.document.model import ChartBlock
from reporter.document.values import RowKind
from reporter.output.charts.page import fills_by_night, letters_by_night, numbers, on_screen
from reporter.output.look.colour import READABLE, contrast, palette


@pytest.mark.parametrize(
    ("chart", "heads", "first", "swatches", "rows"),
    [
        (
            sample_charts.stacked(share=True),
            ["Week", "Croatia", "Croatia, share", "Germany", "Germany, share", "Other"],
            ["28 Sept", "30", "30.0%", "20", "20.0%", "50"],
            ("", "1", "", "2", "", "other", "", ""),
            ("", "", "", ""),
        ),
        (
            sample_charts.donut(),
            ["Country", "Calls", "share"],
            ["Croatia", "60", "60.0%"],
            ("", "", ""),
            ("1", "2", "other"),
        ),
        (
            sample_charts.heatmap(),
            ["Weekday", "00:00", "01:00", "02:00", "03:00"],
            ["Monday", "40.0%", "50.0%", "60.0%", "80.0%"],
            ("",) * 5,
            ("", "", ""),
        ),
        (
            sample_charts.funnel(compare=True),
            [
                "Stage",
                "October",
                "October, of the first",
                "October, of the one before",
                "September",
            ],
            ["Attempted calls", "1,000", "100.0%", "–", "900"],
            ("", "1", "", "", "previous", "", ""),
            ("", "", ""),
        ),
    ],
)
def test_the_numbers_of_a_chart(
    sample: ModuleType,
    *,
    chart: ChartBlock,
    heads: list[str],
    first: list[str],
    swatches: tuple[str, ...],
    rows: tuple[str, ...],
) -> None:
    found = numbers(sample.document(), chart)
    assert [head.label for head in found.table.heads][: len(heads)] == heads
    assert [cell.text for cell in found.table.rows[0].cells][: len(first)] == first
    assert found.swatches == swatches
    assert found.row_swatches == rows


def test_other_is_a_row_of_its_own_kind(sample: ModuleType) -> None:
    for chart in (sample_charts.donut(), sample_charts.heatmap()):
        kinds = [row.kind for row in numbers(sample.document(), chart).table.rows]
        assert kinds == [RowKind.BODY, RowKind.BODY, RowKind.OTHER]
    stacked = numbers(sample.document(), sample_charts.stacked()).table
    assert {row.kind for row in stacked.rows} == {RowKind.BODY}
    assert stacked.heads[-1].label == "together"
    assert [cell.text for cell in (row.cells[-1] for row in stacked.rows)] == [
        "100",
        "0",
        "100",
        "40",
    ]


def test_what_is_marked_and_what_is_incomplete_is_said_at_its_step(sample: ModuleType) -> None:
    marks = (sample_charts.mark(-0.5, "Before"), sample_charts.mark(3.4, "Late"))
    chart = msgspec.structs.replace(sample_charts.stacked(), marks=marks)
    assert numbers(sample.document(), chart).notes == ("Before", "", "", "Late; Not complete")


def test_where_a_donut_is(sample: ModuleType, tmp_path: Path) -> None:
    target = on_screen(sample.document(), sample.branding(tmp_path))["target_of"]
    found = target(sample_charts.donut(), "narrow")
    assert found.kind == "rows"  # type: ignore[attr-defined]
    assert found.ring.endswith(" 0.6 0.85 1")  # type: ignore[attr-defined]


@pytest.mark.parametrize("accent", ["#0b6e4f", "#1d4ed8", "#f59e0b"])
def test_letters_can_be_read_by_night_too(accent: str) -> None:
    both = palette(accent)
    night = both.dark
    letters = dict(letters_by_night(both))
    for number, colour in enumerate(night.series, start=1):
        assert contrast(letters[f"on_{number}_"], colour) >= READABLE
        assert contrast(letters[f"name_{number}_"], night.surface) >= READABLE
    assert all(contrast(night.ink, shade) >= READABLE for _, shade in fills_by_night(both))
