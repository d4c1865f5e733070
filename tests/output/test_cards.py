"""Cards on a page: change, target, sample, and what is said quietly."""

import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from lxml import html
from lxml.html import HtmlElement

from reporter.document.model import Change, Goalpost, KpiBlock, KpiCard, Sample
from reporter.document.values import Tone
from reporter.output.html import HtmlRenderer


@pytest.fixture
def card(sample: ModuleType) -> KpiCard:
    return KpiCard(
        name="ANSWER_RATE",
        label="Answer rate",
        description="",
        value=sample.percent(0.5),
        change=Change(
            previous=sample.percent(0.75),
            absolute=sample.points(-0.25, Tone.BAD),
            relative=sample.percent(None),
            tone=Tone.BAD,
        ),
        target=Goalpost(text="Target ≥ 60.0%", value=0.6, bound="atLeast", met=False),
        sample=Sample("Attempted calls", sample.count(12), small=True),
    )


def shown(sample: ModuleType, folder: Path, *cards: KpiCard) -> HtmlElement:
    document = msgspec.structs.replace(
        sample.document(), blocks=(KpiBlock(name="k", title=None, cards=cards),)
    )
    (made,) = HtmlRenderer().render(document, "review", sample.branding(folder, logo=False))
    return html.document_fromstring(made.content)


def words(tree: HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in tree.xpath(path)]


def test_a_ratio_over_too_few_is_shown_quietly(
    sample: ModuleType, tmp_path: Path, card: KpiCard
) -> None:
    tree = shown(sample, tmp_path, card)
    assert tree.xpath("//li/@class") == ["kpi kpi-few"]
    assert words(tree, "//p[@class='kpi-value']") == ["50.0%"]
    assert words(tree, "//p[@class='kpi-change']") == ["▼−25.0 pp vs 75.0%"]
    assert tree.xpath("//p[@class='kpi-change']/span[1]/@class") == ["chip chip-neutral"]
    assert words(tree, "//p[@class='kpi-sample']") == [
        "Attempted calls: only 12, too few to compare"
    ]


def test_a_ratio_over_many_says_how_many(sample: ModuleType, tmp_path: Path, card: KpiCard) -> None:
    many = Sample("Attempted calls", sample.count(1200), small=False)
    tree = shown(sample, tmp_path, msgspec.structs.replace(card, sample=many))
    assert tree.xpath("//li/@class") == ["kpi"]
    assert tree.xpath("//p[@class='kpi-change']/span[1]/@class") == ["chip chip-bad"]
    assert words(tree, "//p[@class='kpi-change']") == ["▼−25.0 pp vs 75.0% (worse)"]
    assert words(tree, "//p[@class='kpi-sample']") == ["Attempted calls: 1,200"]


def test_a_count_that_was_zero_shows_its_change_without_a_percentage(
    sample: ModuleType, tmp_path: Path
) -> None:
    change = Change(
        previous=sample.count(0),
        absolute=msgspec.structs.replace(sample.count(7), text="+7"),
        relative=sample.percent(None),
        tone=Tone.GOOD,
    )
    made = KpiCard(name="N", label="Calls", description="", value=sample.count(7), change=change)
    tree = shown(sample, tmp_path, made)
    assert words(tree, "//p[@class='kpi-change']") == ["▲+7 vs 0 (better)"]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (7, None, ["No value in September 2026"]),
        (None, 7, ["vs 7"]),
        (None, None, ["No value in September 2026"]),
    ],
)
def test_a_change_without_one_of_its_ends_says_so(
    sample: ModuleType, tmp_path: Path, now: int | None, before: int | None, expected: list[str]
) -> None:
    nothing = sample.count(None)
    change = Change(
        previous=sample.count(before), absolute=nothing, relative=nothing, tone=Tone.NEUTRAL
    )
    made = KpiCard(name="N", label="Calls", description="", value=sample.count(now), change=change)
    tree = shown(sample, tmp_path, made)
    assert words(tree, "//p[contains(@class, 'kpi-change')]") == expected
    assert not tree.xpath("//*[contains(@class, 'chip')]")


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        (True, ("✓Target ≥ 60.0% met", "kpi-met")),
        (False, ("✗Target ≥ 60.0% missed", "kpi-missed")),
        (None, ("Target ≥ 60.0%", "kpi-target")),
    ],
)
def test_a_target_says_by_sign_and_word_whether_it_is_met(
    sample: ModuleType,
    tmp_path: Path,
    card: KpiCard,
    met: bool | None,  # noqa: FBT001 - of the model
    expected: tuple[str, str],
) -> None:
    assert card.target is not None
    target = msgspec.structs.replace(card.target, met=met)
    tree = shown(sample, tmp_path, msgspec.structs.replace(card, target=target))
    (found,) = tree.xpath("//p[contains(@class, 'kpi-target')]")
    assert (*words(found, "."), found.get("class").split()[-1]) == expected


def test_every_part_of_a_card_has_a_row_of_its_own(sample_html: str) -> None:
    style = "".join(html.document_fromstring(sample_html).xpath("//style/text()"))
    for row, part in enumerate(("label", "value", "change", "course", "target", "sample"), 1):
        assert re.search(rf"\.kpi-{part} \{{\s*grid-row: {row};", style)
