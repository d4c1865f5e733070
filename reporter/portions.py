"""A report with its numbers, and of a burst the reports in it, one for each value.

Before there is any, it is proven that they are disjoint and together the whole.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from reporter.data.answer import Answer, Evidence, Rejections
from reporter.data.slices import NotWhole, Parted, check_disjoint, check_whole, parted
from reporter.data.table import Value
from reporter.document.compose import slug
from reporter.errors import SourceError
from reporter.plan.burst import Widened, columns_of
from reporter.plan.preparation import Prepared
from reporter.spec.edition import BurstValue
from reporter.spec.recipients import BurstKey

_NAMED: Final = 12
"""How many values a notice names."""
_DIGITS: Final = 12
"""Of the digest in a slug that would not be the only one."""


class Asked(msgspec.Struct, frozen=True):
    """A report with its numbers; of a burst with those of all values, or of one.

    Attributes:
        spec: the spec file.
        prepared: what was asked.
        answers: one per query of the plan, in its order.
        commit: of the spec's repository, where there is one.
        recipients: addresses that the recipients file has for the value.
        unusable: of a value, how many records of the report's source and period could not be
            used, in all: answers on one value do not tell.
    """

    spec: Path
    prepared: Prepared
    answers: tuple[Answer, ...]
    commit: str | None = None
    recipients: tuple[str, ...] = ()
    unusable: int = 0


class Portions(msgspec.Struct, frozen=True):
    """The reports of a burst; each is made when it is come to, and nothing of it is kept.

    Attributes:
        asked: all together.
        every: all values that have calls in the period or are listed, in the order of their labels.
        values: those of them that reports are made of.
        parts: the answers of the narrow plan's queries, with the rows of every value.
        with_calls: the values that have calls in the period.
        unusable: by source, the records of the period that could not be used.
    """

    asked: Asked
    every: tuple[BurstValue, ...]
    values: tuple[BurstValue, ...]
    parts: tuple[Parted, ...]
    with_calls: frozenset[BurstKey]
    unusable: Mapping[str, Rejections]

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Asked]:
        return map(self._of, self.values)

    def _of(self, value: BurstValue) -> Asked:
        prepared = self.asked.prepared
        listed = prepared.listed.get(value.value)
        return Asked(
            spec=self.asked.spec,
            prepared=msgspec.structs.replace(
                prepared,
                edition=msgspec.structs.replace(prepared.edition, burst=value),
                plan=_wide(prepared).narrow,
                widened=None,
            ),
            answers=tuple(part.slice_of(value.value) for part in self.parts),
            commit=self.asked.commit,
            recipients=() if listed is None else listed.to,
            unusable=self.unusable.get(prepared.edition.source, Rejections()).count,
        )

    def to_deliver(self) -> "Portions":
        """Those of the recipients file, with calls or without; where there is none, all."""
        prepared = self.asked.prepared
        burst = prepared.edition.spec.burst
        if burst is None or burst.recipients is None:
            return self
        values = tuple(one for one in self.every if one.value in prepared.listed)
        return msgspec.structs.replace(self, values=values)

    def remarks(self) -> Iterator[str]:
        """What the maker should know of the burst as a whole, and no recipient may."""
        prepared = self.asked.prepared
        burst, listed = prepared.edition.spec.burst, prepared.listed
        if burst is not None and burst.recipients is not None:
            silent = [v.label for v in self.every if v.value not in self.with_calls]
            if silent:
                yield f"without calls in the period: {named(silent)}"
            unlisted = [v.label for v in self.every if v.value not in listed]
            if unlisted and burst.unlisted == "report":
                yield f"with calls, but not in {burst.recipients}: {named(unlisted)}"
        for source, bad in self.unusable.items():
            count = "1 record" if bad.count == 1 else f"{bad.count} records"
            first = "".join(f"; the first: {one.place}: {one.reason}" for one in bad.examples[:1])
            yield (
                f"source {source!r}: {count} of the period could not be used, which no edition"
                f" tells, for they may be anybody's{first}"
            )


def portions(asked: Asked) -> Portions:
    """The reports of a burst: of all values that have calls in the period.

    Args:
        asked: of a spec with ``burst``.

    Raises:
        SourceError: the source cannot group by the dimension, or the parts are not the whole.
    """
    prepared, answers = asked.prepared, asked.answers
    wide = _wide(prepared)
    _check(wide, answers)
    queries = wide.narrow.queries
    parts = tuple(
        parted(answer, wide.by, columns_of(query))
        for query, answer in zip(queries, answers[: len(queries)], strict=True)
    )
    interval = prepared.edition.interval
    now = [number for number, query in enumerate(queries) if query.interval == interval]
    unusable = {wide.plan.sources[number]: answers[number].rejections for number in now}
    with_calls = frozenset(_key(value) for number in now for value in parts[number].rows)
    every = _values(prepared, wide.by, with_calls.union(prepared.listed))
    return Portions(
        asked=asked,
        every=every,
        values=tuple(one for one in every if one.value in with_calls),
        parts=parts,
        with_calls=with_calls,
        unusable={source: bad for source, bad in unusable.items() if bad.count},
    )


def with_unusable(evidence: Evidence, count: int) -> Evidence:
    """What the checks of one value look at, with the records that could not be used.

    They may be anybody's: a check that too many of them break holds every edition back.
    """
    bad = Rejections(count)
    period = tuple(msgspec.structs.replace(one, rejections=bad) for one in evidence.period)
    return msgspec.structs.replace(evidence, period=period)


def gathered(said: Iterable[tuple[str, Sequence[str]]], count: int) -> Iterator[str]:
    """What is said of the editions of a burst, each sentence once.

    Args:
        said: the label of each value and the sentences on it.
        count: of the editions; what is said of all of them names none.
    """
    of: dict[str, list[str]] = {}
    for label, sentences in said:
        for sentence in dict.fromkeys(sentences):
            of.setdefault(sentence, []).append(label)
    for sentence, labels in of.items():
        yield sentence if len(labels) == count else f"{named(labels)}: {sentence}"


def _wide(prepared: Prepared) -> Widened:
    if prepared.widened is None:
        raise TypeError("a report without burst has no portions")
    return prepared.widened


def _check(wide: Widened, answers: Sequence[Answer]) -> None:
    """Prove that slices are disjoint and add up to the whole, before anything is made of them."""
    plan, by = wide.plan, wide.by
    for number, answer in enumerate(answers[: len(wide.narrow.queries)]):
        reason = answer.table.column(by).unavailable
        if reason is not None:
            raise SourceError(
                plan.sources[number],
                f"it cannot tell records apart by {by}, which the report is burst by: {reason}",
                hint="map the column in the project file, or burst by another dimension",
            )
        _prove(plan.sources[number], partial(check_disjoint, answer.table, by))
    for total in wide.totals:
        for number in total.parts:
            check = partial(check_whole, answers[number], answers[total.query], by)
            _prove(plan.sources[number], check)


def _prove(source: str, check: Callable[[], None]) -> None:
    try:
        check()
    except NotWhole as wrong:
        raise SourceError(
            source,
            f"the editions of the burst are not the whole, so none is made: {wrong}",
            hint="run it again if records came in meanwhile; else the source contradicts itself",
        ) from wrong


def _values(prepared: Prepared, by: str, found: Collection[BurstKey]) -> tuple[BurstValue, ...]:
    """The values in the order of their labels; those without value last."""
    names = _labels(prepared, by, found)
    slugs = _slugs(names)
    values = (BurstValue(by, value, names[value], slugs[value]) for value in found)
    return tuple(sorted(values, key=lambda v: (v.value is None, v.label.casefold(), str(v.value))))


def _labels(prepared: Prepared, by: str, found: Collection[BurstKey]) -> dict[BurstKey, str]:
    """What each value is called; where several are called the same, with the value itself."""
    dimension = prepared.catalog.dimension(by)
    members = {} if dimension is None else {m.value: m.label for m in dimension.members}
    named = {value: one.name for value, one in prepared.listed.items()}
    labels = {
        value: named.get(value)
        or (prepared.words["no_group"] if value is None else members.get(str(value), str(value)))
        for value in found
    }
    repeated = Counter(labels.values())
    return {
        value: label if repeated[label] == 1 or value is None else f"{label} ({value})"
        for value, label in labels.items()
    }


def _slugs(labels: Mapping[BurstKey, str]) -> dict[BurstKey, str]:
    """What the files of each value are called: with a digest of it where letters do not tell.

    A slug has no two hyphens beside each other, so one with a digest is none of the others.
    """
    plain = {value: slug(label) or slug(str(value)) for value, label in labels.items()}
    repeated = Counter(plain.values())
    return {
        value: name if name and repeated[name] == 1 else f"{name}--{_digest(value)}".strip("-")
        for value, name in plain.items()
    }


def _digest(value: BurstKey) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:_DIGITS]


def named(labels: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    return f"{', '.join(labels[:_NAMED])}{more}"


def _key(value: Value) -> BurstKey:
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    raise TypeError(f"expected a text or a whole number, found {value!r}")
