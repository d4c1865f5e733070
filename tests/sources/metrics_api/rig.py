"""A session over a hostile API, a real listener and a real ledger, with little patience."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from hostile import HostileApi

from reporter.callbacks.base import Receiver
from reporter.callbacks.body import Limits
from reporter.callbacks.listener import Listener
from reporter.dates import Interval
from reporter.ledger import Ledger
from reporter.settings import ApiKeyAuth, Auth, Callback
from reporter.settings import MetricsApiSource as Settings
from reporter.sources.metrics_api.connection import connection_of
from reporter.sources.metrics_api.model import Ask
from reporter.sources.metrics_api.patience import Patience
from reporter.sources.metrics_api.session import Replied, Session

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OCTOBER = Interval(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
QUICK = Patience(
    attempts=3,
    first_wait=0.01,
    longest_wait=0.05,
    jitter=0.01,
    first_look=0.05,
    longest_look=0.1,
    grace=0.1,
)


def ask(*metrics: str, interval: Interval = OCTOBER) -> Ask:
    return Ask(
        interval=interval,
        channels=("VOICE_VIDEO",),
        metrics=tuple(sorted(metrics)) or ("TOTAL_CALL_COUNT",),
    )


class Rig:
    """What a run has.

    Attributes:
        now: what time it is.
    """

    def __init__(self, api: HostileApi, folder: Path) -> None:
        self.now = NOW
        self.api = api
        self.file = folder / "ledger.sqlite"
        self.auth: Auth = ApiKeyAuth("geheim-key")
        self.timeout = 2.0
        self.rate = 1000.0

    def settings(self) -> Settings:
        return Settings(
            base_url=self.api.url,
            auth=self.auth,
            callback=Callback(),
            timeout_seconds=self.timeout,
            requests_per_second=self.rate,
        )

    def receiver(self) -> Receiver:
        limits = Limits(largest=2**20)
        return Listener("127.0.0.1:0", None, Ledger(self.file), limits=limits, now=self.clock)

    def clock(self) -> datetime:
        return self.now

    def session(
        self,
        *,
        refresh: bool = False,
        patience: Patience = QUICK,
        deadline: float = 5.0,
        receiver: Receiver | None = None,
    ) -> Session:
        connection = connection_of("api", self.settings(), now=self.clock)
        return Session(
            source="api",
            account=connection.account,
            connect=connection.opened,
            receiver=receiver or self.receiver(),
            ledger=Ledger(self.file),
            refresh=refresh,
            patience=patience,
            deadline=deadline,
            now=self.clock,
        )

    def heard(self, *asks: Ask, **options: object) -> dict[Ask, Replied]:
        return asyncio.run(self.session(**options).replies(asks))  # type: ignore[arg-type]

    def kept(self, table: str) -> int:
        """How many rows there are in a table of the ledger."""
        with sqlite3.connect(self.file) as connection:
            (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        connection.close()
        return int(number)


def value(heard: Replied) -> object:
    """The 42."""
    return heard.reply.rows[0][-1]
