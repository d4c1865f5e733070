"""Which issue of a report a run makes, and what has changed since the issues before it.

Pure: everything comes as an argument. What is remembered of earlier issues are their numbers;
where these have been forgotten, all that can be told is whether something has changed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from reporter.data.readings import decoded, fingerprint
from reporter.data.restated import Differences, Restated
from reporter.dates import Interval, minute
from reporter.editions.identity import settled_text
from reporter.ledger.editions import EditionRecord
from reporter.ledger.times import instant, stored
from reporter.plan.readings import differences, readings_of
from reporter.portions import Asked
from reporter.spec.edition import Revision

_PROVISIONAL: Final = Revision("provisional")


class Next(msgspec.Struct, frozen=True):
    """A new issue is to be made.

    Attributes:
        revision: which one.
        restated: the one that it stands in the place of, with what has changed; None where there
            was none.
    """

    revision: Revision
    restated: Restated | None = None


class Standing(msgspec.Struct, frozen=True):
    """Nothing new is to be made: an issue that was made already stands.

    Attributes:
        edition: which one.
        changed: whether its numbers have changed since: it could be restated.
        differences: what has changed; None where its numbers have been forgotten.
    """

    edition: EditionRecord
    changed: bool = False
    differences: Differences | None = None


def revision(
    earlier: Sequence[EditionRecord], asked: Asked, *, complete: bool, restate: bool = False
) -> Next | Standing:
    """Which issue of its series a run makes.

    Args:
        earlier: the issues of the series, in the order in which they were made.
        asked: the report with its numbers.
        complete: whether the source has data through the end of the period, or nobody waits for
            it; else a provisional issue is wanted.
        restate: whether changed numbers of a final issue are to be issued anew.

    Raises:
        ReadingsError: the numbers of the last issue were written by a later version.
    """
    if not earlier:
        return Next(Revision() if complete else _PROVISIONAL)
    last = earlier[-1]
    if last.revision == str(_PROVISIONAL):
        if not complete:
            return Standing(last)
        return Next(Revision(), _restated(last, asked))
    found = differences_since(last, asked)
    changed = _is_other(last, asked) if found is None else bool(found)
    if not (changed and restate):
        return Standing(last, changed, found)
    again = Revision("restatement", 1 + revision_of(last).number)
    return Next(again, _restated(last, asked))


def neighbours(records: Sequence[EditionRecord], asked: Asked) -> tuple[Restated, ...]:
    """What has changed since the issues about other periods that say something of this one's.

    So the report of November tells which numbers of October, its comparison period, are no longer
    what the report of October said. Of each period the last issue counts, of the same burst value,
    parameters and filters; only those of which a number has changed are among the result, in the
    order of their periods.

    Args:
        records: all issues of the report, in the order in which they were made.
        asked: the report with its numbers.

    Raises:
        ReadingsError: the numbers of one were written by a later version.
    """
    # The ledger cuts instants to milliseconds.
    others = {_ends(query.interval): query.interval for query in asked.prepared.plan.queries}
    others.pop(_ends(asked.prepared.edition.interval), None)
    last = {
        (one.since, one.until): one
        for one in _of_the_same(records, asked)
        if (one.since, one.until) in others
    }
    found = (_restated(last[ends], asked, others[ends]) for ends in sorted(last))
    return tuple(one for one in found if one.differences)


def has_changed(records: Sequence[EditionRecord], asked: Asked) -> bool:
    """Whether a report says other numbers than when it was last issued: ``when: changed``.

    Steps of time are compared by their place, so the report of another day or month has not
    changed where all its numbers are the same. One that was never issued has.

    Args:
        records: all issues of the report, in the order in which they were made.
        asked: the report with its numbers.
    """
    earlier = _of_the_same(records, asked)
    return not earlier or _is_other(earlier[-1], asked)


def differences_since(record: EditionRecord, asked: Asked) -> Differences | None:
    """What has changed since an earlier issue; None where its numbers have been forgotten.

    Raises:
        ReadingsError: its numbers were written by a later version.
    """
    if record.readings is None:
        return None
    return differences(asked.prepared, asked.answers, decoded(record.readings))


def changed_text(standing: Standing) -> str | None:
    """For whoever runs a report again: what has changed since the issue that stands.

    None where nothing has.
    """
    if not standing.changed:
        return None
    found = standing.differences
    count = len(found.moved) if found is not None else 0
    number = 1 + revision_of(standing.edition).number
    counted = "1 number has" if count == 1 else f"{count or 'some'} numbers have"
    return (
        f"{counted} changed since the {standing.edition.revision} edition of"
        f" {minute(standing.edition.made_at)} UTC was made; --restate issues"
        f" restatement {number}"
    )


def revision_of(record: EditionRecord) -> Revision:
    """The revision of a record.

    Raises:
        ValueError: it is none.
    """
    kind, _, number = record.revision.partition(" ")
    return msgspec.convert({"kind": kind, "number": int(number or 0)}, Revision)


def _of_the_same(records: Sequence[EditionRecord], asked: Asked) -> tuple[EditionRecord, ...]:
    """The issues that differ from an edition in nothing but the period."""
    edition = asked.prepared.edition
    burst = None if edition.burst is None else edition.burst.key
    same = (edition.spec.name, edition.timezone, settled_text(edition), burst)
    return tuple(
        one for one in records if (one.report, one.timezone, one.settled, one.burst) == same
    )


def _restated(record: EditionRecord, asked: Asked, about: Interval | None = None) -> Restated:
    """An earlier issue, and what has changed since; ``about``: of another period, which one."""
    return Restated(
        kind=revision_of(record).kind,
        interval=about or asked.prepared.edition.interval,
        made_at=record.made_at,
        replaced=about is None,
        differences=differences_since(record, asked),
    )


def _ends(interval: Interval) -> tuple[datetime, datetime]:
    return instant(stored(interval.since)), instant(stored(interval.until))


def _is_other(record: EditionRecord, asked: Asked) -> bool:
    return record.fingerprint != fingerprint(readings_of(asked.prepared, asked.answers))
