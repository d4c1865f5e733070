"""The Metrics API as a source."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from reporter import clock
from reporter.callbacks.receivers import receiver_for
from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.data.table import Column
from reporter.dates import minute
from reporter.errors import SourceError
from reporter.ledger import Ledger
from reporter.plan.model import Query, Refusal
from reporter.settings import MetricsApiSource as Settings
from reporter.settings import Project
from reporter.sources.base import Refused, Source
from reporter.sources.metrics_api.answering import answers
from reporter.sources.metrics_api.client import QUERY_PATH
from reporter.sources.metrics_api.connection import connection_of
from reporter.sources.metrics_api.model import Ask, Violation
from reporter.sources.metrics_api.patience import Patience
from reporter.sources.metrics_api.session import AskRefused, Replied, Session, described
from reporter.sources.metrics_api.translation import Translation, translate, unavailable, united
from reporter.sources.metrics_api.wire import request_text

_NOTHING: Final = "nothing is asked: the answer is known without"
_REQUEST: Final = "request."
_CALLBACK: Final = "callbackurl"


class MetricsApiSource:
    """A Metrics API that is asked over HTTP.

    Args:
        project: whose ledger remembers what was asked.
        name: as in the project file.
        settings: of the project file.
        refresh: whether results that are remembered are asked for again.
        patience: with what may pass.
        now: what time it is.
    """

    language = "http"

    def __init__(
        self,
        project: Project,
        name: str,
        settings: Settings,
        *,
        refresh: bool = False,
        patience: Patience | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.name = name
        self._ledger = project.folder / project.file.ledger
        self._settings = settings
        self._refresh = refresh
        self._patience = patience or Patience()
        self._now = now

    def explain(self, queries: Sequence[Query]) -> tuple[str, ...]:
        """The requests of each query, as ``fetch`` would send them.

        Raises:
            SourceError: a query cannot be asked so that the numbers are right.
        """
        translations = self._translated(queries)
        sent = united(ask for one in translations for ask in one.asks)
        return tuple(
            "\n\n".join(f"POST {QUERY_PATH}\n{request_text(sent[ask])}" for ask in translation.asks)
            or _NOTHING
            for translation in translations
        )

    def unavailable(self, queries: Sequence[Query]) -> tuple[Column, ...]:
        """The columns that the API has nothing for, each once."""
        columns = (column for query in queries for column in unavailable(query, self.name))
        return tuple(dict.fromkeys(columns))

    async def fetch(self, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """The answers to a batch of queries, in its order.

        Raises:
            Refused: the API does not accept a request.
            SourceError: a query cannot be asked, or is not answered.
            ReceiverError: results cannot be received.
            LedgerError: the ledger cannot be used.
            UserError: the source is not described so that it can be asked.
        """
        translations = self._translated(queries)
        sent = united(ask for one in translations for ask in one.asks)
        asks = tuple(dict.fromkeys(sent.values()))
        now = self._now()
        try:
            replies = await self._session().replies(asks) if asks else {}
        except AskRefused as refused:
            raise self._refused(refused, translations, sent) from refused
        heard = {ask: replied.reply for ask, replied in replies.items()}
        told = answers(translations, heard, now=now)
        return tuple(
            msgspec.structs.replace(answer, remarks=_remarks(translation, sent, replies))
            for translation, answer in zip(translations, told, strict=True)
        )

    def _translated(self, queries: Iterable[Query]) -> tuple[Translation, ...]:
        return tuple(translate(query, self.name, self._settings) for query in queries)

    def _session(self) -> Session:
        connection = connection_of(self.name, self._settings, now=self._now)
        ledger = Ledger(self._ledger)
        return Session(
            source=self.name,
            account=connection.account,
            connect=connection.opened,
            receiver=receiver_for(self._settings.callback, ledger),
            ledger=ledger,
            refresh=self._refresh,
            patience=self._patience,
            deadline=self._settings.deadline_seconds,
            now=self._now,
        )

    def _refused(
        self, refused: AskRefused, translations: Iterable[Translation], sent: Mapping[Ask, Ask]
    ) -> SourceError:
        ask, violations = refused.ask, refused.violations
        said = "".join(f"; {one.property}: {one.message}" for one in violations)
        message = f"{described(ask)}: {str(refused).rstrip('.') if said else refused}{said}"
        if any(_CALLBACK in one.property.lower() for one in violations):
            return SourceError(
                self.name,
                message,
                hint="check `callback.publicUrl` (or `relay`): the API does not want to post there",
            )
        refusals = [
            Refusal(one.query, violation.property.removeprefix(_REQUEST), violation.message)
            for one in translations
            if ask in {sent[each] for each in one.asks}
            for violation in violations or (Violation("", str(refused)),)
        ]
        return Refused(
            self.name,
            message,
            refusals,
            hint="`reporter plan` shows the whole request",
        )


def _remarks(
    translation: Translation, sent: Mapping[Ask, Ask], replies: Mapping[Ask, Replied]
) -> tuple[str, ...]:
    """What came from the ledger, in the whole batch; only where this query has something of it."""
    filled = [replied.filled_at for replied in replies.values() if replied.filled_at is not None]
    if all(replies[sent[ask]].filled_at is None for ask in translation.asks):
        return ()
    first, last = map(minute, (min(filled), max(filled)))
    when = first if first == last else f"{first} to {last}"
    results = "result" if len(filled) == 1 else "results"
    return (f"{len(filled)} {results} from the cache, filled {when} UTC; --refresh asks again",)


def open_source(
    project: Project,
    name: str,
    settings: Settings,
    catalog: Catalog,  # noqa: ARG001 - queries carry all of it that is needed
    *,
    refresh: bool,
) -> Source:
    """The source as the project file describes it.

    Args:
        project: whose ledger remembers what was asked.
        name: of the source.
        settings: of the source.
        catalog: whose words it is asked in.
        refresh: whether results that are remembered are asked for again.
    """
    return MetricsApiSource(project, name, settings, refresh=refresh)
