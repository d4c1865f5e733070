"""Each rule is broken by one of the example specs, and each is kept by the valid ones."""

import re
from pathlib import Path

import pytest

import reporter.plan.rules
from reporter.plan.rules.check import OF_PLANS, RULES

EXAMPLES = Path(__file__).parent.parent / "examples"
SOURCES = Path(reporter.plan.rules.__file__).parent
LIMITS = SOURCES.parent / "metrics_api" / "limits.py"
# Told of projects and of several specs, in tests/cli/test_check.py.
ELSEWHERE = {"repeated-name", "no-source", "no-project"}


def test_every_code_of_the_rules_is_expected_of_some_spec() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    codes = set(re.findall(r'^ *"([a-z]+(?:-[a-z]+)+)",$', sources, re.MULTILINE))
    limits = set(re.findall(r'code="([a-z-]+)"', LIMITS.read_text(encoding="utf-8")))
    assert len(limits) == 9
    codes |= limits
    said = "".join(path.read_text(encoding="utf-8") for path in EXAMPLES.glob("invalid*/*.txt"))
    assert len(codes) > 30
    assert codes - set(re.findall(r"\[([a-z-]+)\]$", said, re.MULTILINE)) == ELSEWHERE


@pytest.mark.parametrize(
    "rule", [*RULES, *OF_PLANS], ids=lambda rule: f"{rule.__module__}.{rule.__name__}"
)
def test_a_rule_says_what_it_demands(rule: object) -> None:
    assert rule.__doc__
    assert rule.__doc__.endswith(".")
