"""A run that cannot be reached itself: its results come to a relay in another process."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hostile import HostileApi, always, error, post, result, says
from rig import Rig, ask, value

from reporter import clock
from reporter.callbacks.relay_client import RelayClient
from reporter.dates import Interval
from reporter.errors import ReceiverError, SourceError
from reporter.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parents[2] / "callbacks"))
from relay_run import SECRET, RelayRun

JUNE = Interval(datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC))
QUESTION = ask(interval=JUNE)


def receiver(relay: RelayRun) -> RelayClient:
    return RelayClient(relay.url, SECRET, largest=2**20)


def test_what_arrives_while_nobody_runs_is_used_by_the_next_run(
    api: HostileApi, tmp_path: Path
) -> None:
    rig = Rig(api, tmp_path)
    rig.now = clock.now()  # the relay has a clock of its own
    with RelayRun(Ledger(tmp_path / "relay.sqlite")) as relay:
        assert value(rig.heard(QUESTION, receiver=receiver(relay))[QUESTION]) == 42

        api.posts = always(says(201, {"requestId": "R9"}))
        with pytest.raises(SourceError, match=r"gave up after 1\.5 s"):
            rig.heard(QUESTION, receiver=receiver(relay), refresh=True, deadline=1.5)
        late = api.submitted()[-1]
        assert late.callback_url.startswith(relay.url)
        assert post(late.callback_url, result(late, "R9", rows=[["VOICE_VIDEO", 43]])) == 200

        api.posts = always(error(500, "The API is gone"))
        with Ledger(rig.file).transaction() as connection:
            connection.execute("DELETE FROM results")
        assert value(rig.heard(QUESTION, receiver=receiver(relay))[QUESTION]) == 43
    assert len(api.submitted()) == 2
    assert rig.kept("submissions") == 0


def test_a_relay_that_does_not_know_us(api: HostileApi, tmp_path: Path) -> None:
    rig = Rig(api, tmp_path)
    rig.now = clock.now()
    with RelayRun(Ledger(tmp_path / "relay.sqlite")) as relay:
        stranger = RelayClient(relay.url, "wrong", largest=2**20)
        with pytest.raises(ReceiverError, match="does not accept the secret"):
            rig.heard(QUESTION, receiver=stranger)
    assert api.seen == []
