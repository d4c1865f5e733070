"""Real processes, killed at random instants; a real server counts what it gets."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from schedule_kills import kill_often

RUNS = 16
"""`python benchmarks/schedule_kills.py` has hundreds."""
SLOW = (0.3, 0.5)
"""A server that takes its time, so that a good part of so few die while they hand over."""


@pytest.mark.slow
def test_whatever_is_killed_every_mail_is_received_once_or_known_to_be_unknown(
    tmp_path: Path,
) -> None:
    tally = kill_often(tmp_path, RUNS, pauses=SLOW)
    assert tally.wrong == ()
    assert tally.firings == {"done": len(tally.runs)}
    assert sum(run.ended == "killed" for run in tally.runs) == RUNS
    assert tally.once + tally.unknown.total() == 2 * len(tally.runs)
    # They died in the middle of handing over too, and most did not.
    assert 0 < tally.unknown.total() < RUNS
