"""Looking at a Metrics API: is it there, does it take the key, does the callback path work."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import httpx

from reporter import clock
from reporter.callbacks.base import Receiver
from reporter.callbacks.receivers import receiver_for
from reporter.catalog.metrics_api import VOICE_AND_VIDEO
from reporter.dates import Interval
from reporter.errors import ReporterError
from reporter.ledger import Ledger
from reporter.plan.metrics_api.times import last_full_hour
from reporter.settings import MetricsApiSource as Settings
from reporter.settings import Project
from reporter.sources.metrics_api.connection import Connection, connection_of
from reporter.sources.metrics_api.failures import Denied, Failure
from reporter.sources.metrics_api.measures import TOTAL
from reporter.sources.metrics_api.model import Ask
from reporter.sources.metrics_api.patience import Patience
from reporter.sources.metrics_api.session import AskRefused, Session
from reporter.sources.probe import Finding, Probe, State

_LETTER: Final = (
    b'{"requestId":"reporter-sources-test","status":"FAILED","failureMessage":"only a test"}'
)
"""What is posted to the callback path: a result, but none that anybody waits for."""
_LIFE: Final = timedelta(hours=1)
_AGO: Final = timedelta(days=2)
"""An hour so long ago is final."""
_HURRY: Final = Patience(attempts=2, first_wait=0.5, jitter=0.1, first_look=2.0)


class MetricsApiProbe:
    """Looks at every link of the chain: address, credentials, callback path, and all together.

    Args:
        project: whose ledger is used.
        name: as in the project file.
        settings: of the project file.
        now: what time it is.
    """

    def __init__(
        self,
        project: Project,
        name: str,
        settings: Settings,
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._ledger = project.folder / project.file.ledger
        self._name = name
        self._settings = settings
        self._now = now

    async def findings(self) -> AsyncIterator[Finding]:
        """What it finds, as soon as it knows."""
        try:
            connection = connection_of(self._name, self._settings, now=self._now)
            ledger = Ledger(self._ledger)
        except ReporterError as error:
            yield _failed("settings", error)
            return
        answers = True
        async for finding in self._greeting(connection):
            answers = answers and finding.state is State.OK
            yield finding
        receives = True
        async for finding in self._receiving(ledger):
            receives = receives and finding.state is not State.FAILED
            yield finding
        if answers and receives:
            yield await self._asking(connection, ledger)
        else:
            text = "nothing was asked, for what comes before does not work"
            yield Finding(what="query", state=State.SKIPPED, text=text)

    async def _greeting(self, connection: Connection) -> AsyncIterator[Finding]:
        """The address and the credentials."""
        there = Finding(what="address", state=State.OK, text=f"{connection.base_url} answers")
        try:
            async with connection.opened() as client:
                await client.greet()
        except Denied as failure:
            yield there
            yield Finding(what="key", state=State.FAILED, text=failure.message, hint=failure.hint)
        except Failure as failure:
            yield Finding(
                what="address", state=State.FAILED, text=failure.message, hint=failure.hint
            )
            yield Finding(what="key", state=State.SKIPPED, text="nobody took it or refused it")
        else:
            yield there
            yield Finding(what="key", state=State.OK, text="accepted")

    async def _receiving(self, ledger: Ledger) -> AsyncIterator[Finding]:
        """The callback path, as far as it can be seen from here."""
        try:
            async with receiver_for(self._settings.callback, ledger) as receiver:
                yield await self._posting(receiver)
        except ReporterError as error:
            yield _failed("callback", error)

    async def _posting(self, receiver: Receiver) -> Finding:
        slot = await receiver.open(self._now() + _LIFE)
        path = f"{slot.url.rpartition('/')[0]}/"
        try:
            why = await self._posted(slot.url)
            arrived = await receiver.received(slot.id, wait=0) == _LETTER
        finally:
            await receiver.close(slot.id)
        if why is None and arrived:
            to = "this machine" if self._settings.callback.relay is None else "the relay"
            return Finding(what="callback", state=State.OK, text=f"{path} leads to {to}")
        if why is None:
            why = "something else answers there"
        return Finding(
            what="callback",
            state=State.NOTE,
            text=f"{path} does not lead here, as seen from this machine: {why}",
            hint="from outside it may all the same: the query tells. Else look at `publicUrl`, the"
            " port, and what passes requests on from there",
        )

    async def _posted(self, url: str) -> str | None:
        """Why nothing could be posted; None if it could."""
        try:
            async with httpx.AsyncClient(timeout=self._settings.timeout_seconds) as http:
                headers = {"Content-Type": "application/json"}
                response = await http.post(url, content=_LETTER, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return str(error) or type(error).__name__
        if response.status_code == HTTPStatus.OK:
            return None
        return f"{response.status_code} {response.reason_phrase}"

    async def _asking(self, connection: Connection, ledger: Ledger) -> Finding:
        """All of it together: the calls of one hour."""
        until = last_full_hour(self._now() - _AGO)
        ask = Ask(
            interval=Interval(until - timedelta(hours=1), until),
            channels=(VOICE_AND_VIDEO,),
            metrics=(TOTAL,),
        )
        session = Session(
            source=self._name,
            account=connection.account,
            connect=connection.opened,
            receiver=receiver_for(self._settings.callback, ledger),
            ledger=ledger,
            refresh=True,  # what is remembered proves nothing
            patience=_HURRY,
            deadline=self._settings.deadline_seconds,
            now=self._now,
        )
        began = asyncio.get_running_loop().time()
        try:
            await session.replies((ask,))
        except AskRefused as refused:
            said = (f"{one.property}: {one.message}" for one in refused.violations)
            return Finding(
                what="query",
                state=State.FAILED,
                text="; ".join((str(refused).rstrip("."), *said)),
                hint="if that is about callbackUrl: the API does not want to post there",
            )
        except ReporterError as error:
            return _failed("query", error)
        took = asyncio.get_running_loop().time() - began
        return Finding(
            what="query", state=State.OK, text=f"the calls of an hour came back in {took:.1f} s"
        )


def _failed(what: str, error: ReporterError) -> Finding:
    return Finding(what=what, state=State.FAILED, text=error.message, hint=error.hint)


def probe_of(project: Project, name: str, settings: Settings) -> Probe:
    """What looks at a Metrics API."""
    return MetricsApiProbe(project, name, settings)
