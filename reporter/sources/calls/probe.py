"""Looking at a calls source: files, columns, records, repeats, bad records, accounts."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlglot import exp

from reporter.catalog.model import Catalog
from reporter.data.answer import Rejections
from reporter.dates import Interval
from reporter.errors import SourceError
from reporter.settings import CallsSource as Settings
from reporter.sources.calls import sql
from reporter.sources.calls.account_file import read_accounts
from reporter.sources.calls.duckdb_engine import Engine, opened
from reporter.sources.calls.files import Files, found, shown
from reporter.sources.calls.mapping import prepared
from reporter.sources.calls.records import Records, chained
from reporter.sources.calls.rejections import bad_in, bad_without_time, together
from reporter.sources.calls.unreadable import refuse_unreadable
from reporter.sources.calls.vocabulary import Vocabulary
from reporter.sources.probe import Finding, State

_EVER: Final = Interval(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_REPEATS: Final = "repeats"
_NAMED: Final = 3


class _Counted(msgspec.Struct, frozen=True):
    """The good records, every version of each.

    Attributes:
        count: all of them.
        first: the earliest time; None where there are none.
        last: the latest time.
        identities: how many different ones they have; None where records have none.
    """

    count: int
    first: datetime | None
    last: datetime | None
    identities: int | None


class CallsProbe:
    """Looks at call records. Everything is read once.

    Args:
        name: as in the project file.
        settings: of the project file.
        folder: what its paths are relative to.
        catalog: whose words it is asked in.
    """

    def __init__(self, name: str, settings: Settings, folder: Path, catalog: Catalog) -> None:
        self._name = name
        self._settings = settings
        self._folder = folder.resolve()
        self._catalog = catalog

    async def findings(self) -> AsyncIterator[Finding]:
        """What it finds, as soon as it knows."""
        looking = self._findings()
        what = "files"
        while True:
            try:
                finding = next(looking)
            except StopIteration:
                return
            except SourceError as error:
                yield Finding(what=what, state=State.FAILED, text=error.message, hint=error.hint)
                return
            what = "records" if finding.what in ("columns", "metrics") else "columns"
            yield finding

    def _findings(self) -> Iterator[Finding]:
        files = found(self._name, self._settings.path, self._folder, self._settings)
        yield self._files(files)
        # Every version is looked at: that some are repeated is what one wants to know.
        settings = msgspec.structs.replace(self._settings, deduplicate=False)
        with opened(self._name, self._folder, files) as engine:
            records, words = prepared(self._name, settings, self._catalog, engine)
            yield from self._words(words)
            if records.stored:
                engine.run(records.storing())
                refuse_unreadable(self._name, records, engine, self._folder)
            counted = self._counted(records, engine)
            yield _records(counted)
            yield from self._repeats(counted)
            found_bad = (bad_without_time(records, engine), bad_in(_EVER, records, engine))
            yield _bad(together(found_bad, self._folder))
        yield from self._accounts()

    def _files(self, files: Files) -> Finding:
        count = len(files.matches)
        names = [shown(str(match), self._folder) for match in files.matches]
        listed = names[0] if count == 1 else f"{names[0]} to {names[-1]}"
        return Finding(
            what="files",
            state=State.OK,
            text=f"{count:,} {files.kind} {'file' if count == 1 else 'files'}: {listed}",
        )

    def _words(self, words: Vocabulary) -> Iterator[Finding]:
        layout = self._catalog.records
        missing = [
            column.name
            for column in layout.columns
            if column.name not in words.available and not column.optional
        ]
        text = f"all that {layout.noun} have" if not missing else f"without {', '.join(missing)}"
        state = State.NOTE if missing else State.OK
        hint = "map others under `columns:` where the file calls them differently"
        yield Finding(what="columns", state=state, text=text, hint=hint if missing else None)
        others = {metric.name: metric for metric in self._catalog.metrics}
        without = [
            metric.name
            for metric in self._catalog.metrics
            if not metric.internal and words.why_no_metric(metric, others) is not None
        ]
        without += [
            dimension.name
            for dimension in self._catalog.dimensions
            if words.why_no_dimension(dimension) is not None
        ]
        if without:
            yield Finding(
                what="metrics", state=State.NOTE, text=f"no values for {', '.join(without)}"
            )

    def _counted(self, records: Records, engine: Engine) -> _Counted:
        layout = records.layout
        time = sql.column(layout.time, sql.RECORDS)
        has_identity = layout.identity is not None and records.reading(layout.identity) is not None
        selected: list[exp.Expr] = [
            exp.Count(this=exp.Star()),
            exp.Min(this=time),
            exp.Max(this=time.copy()),
        ]
        needed = [layout.time]
        if has_identity and layout.identity is not None:
            identity = sql.column(layout.identity, sql.RECORDS)
            selected.append(exp.Count(this=exp.Distinct(expressions=[identity])))
            selected.append(exp.Count(this=identity.copy()))
            needed.append(layout.identity)
        statement = exp.select(*selected).from_(sql.RECORDS)
        (row,) = engine.run(chained(records.good(needed), statement)).rows
        count, first, last, *rest = row
        identities = None
        if rest:
            different, named = rest
            identities = different + count - named  # those without a name are not repeats
        return _Counted(count, _utc(first), _utc(last), identities)

    def _repeats(self, counted: _Counted) -> Iterator[Finding]:
        if counted.identities is None:
            yield Finding(
                what=_REPEATS, state=State.NOTE, text="not looked for: records have no identity"
            )
            return
        repeated = counted.count - counted.identities
        if not repeated:
            yield Finding(what=_REPEATS, state=State.OK, text="none: every identity stands once")
        elif self._settings.deduplicate:
            text = f"{repeated:,} records repeat an identity and count once, as `deduplicate` says"
            yield Finding(what=_REPEATS, state=State.OK, text=text)
        else:
            yield Finding(
                what=_REPEATS,
                state=State.NOTE,
                text=f"{repeated:,} records repeat an identity, and each of them counts",
                hint="with `deduplicate: true` the latest version of each counts alone",
            )

    def _accounts(self) -> Iterator[Finding]:
        path = self._settings.accounts
        if path is None:
            return
        try:
            tree = read_accounts(self._name, path, self._folder)
        except SourceError as error:
            yield Finding(what="accounts", state=State.FAILED, text=error.message, hint=error.hint)
            return
        above = len(tree.children)
        text = f"{path}: {above:,} {'account has' if above == 1 else 'accounts have'} others below"
        yield Finding(what="accounts", state=State.OK, text=text)


def _records(counted: _Counted) -> Finding:
    if counted.first is None or counted.last is None:
        return Finding(
            what="records",
            state=State.NOTE,
            text="none that could be used",
            hint="a report over this source is empty",
        )
    since, until = (f"{end:%Y-%m-%d %H:%M:%S}" for end in (counted.first, counted.last))
    return Finding(
        what="records", state=State.OK, text=f"{counted.count:,} from {since} to {until} UTC"
    )


def _bad(rejections: Rejections) -> Finding:
    if not rejections.count:
        return Finding(what="bad records", state=State.OK, text="none")
    examples = "; ".join(f"{e.place}: {e.reason}" for e in rejections.examples[:_NAMED])
    return Finding(
        what="bad records",
        state=State.NOTE,
        text=f"{rejections.count:,} could not be used: {examples}",
    )


def _utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)
