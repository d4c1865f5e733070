"""The sentence: a spec becomes files. Every stage has one owner; this module only names them."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

import msgspec

from reporter import __version__, environment
from reporter.artifacts import publish, stem_of
from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.data.restated import Restated
from reporter.diagnostics import Invalid
from reporter.document.compose import compose
from reporter.document.model import Document
from reporter.errors import LedgerError, ReporterError, UserError
from reporter.output.base import Artifact, Branding, Renderer
from reporter.plan.model import Plan
from reporter.plan.planner import assign, of_checks
from reporter.plan.preparation import Prepared, Request, narrowings, prepare
from reporter.plan.refusals import located
from reporter.portions import Asked, Portions, gathered, portions, with_unusable
from reporter.revision import commit_of
from reporter.settings import Project, themed
from reporter.sources.base import Refused, Source
from reporter.spec.edition import Edition
from reporter.spec.model import OutputFormat, ReportSpec


class Told(Protocol):
    """What was made of one value of a burst, and what there is to say of it."""

    @property
    def held(self) -> tuple[str, ...]:
        """Why it should not go out, a sentence each."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """What the maker should know, as sentences."""
        ...


T = TypeVar("T", bound=Told)

_NAMED: Final = 12
"""How many missing characters a notice names."""


class Stage(StrEnum):
    """Where a run is."""

    READING = "reading the spec"
    ASKING = "asking the source"
    COMPOSING = "composing"
    RENDERING = "rendering"
    WRITING = "writing"


class Tools(msgspec.Struct, frozen=True):
    """The implementations that a run uses.

    Attributes:
        open_source: from project, source name and catalog.
        renderers: how each format is made, with what the spec says of it.
    """

    open_source: Callable[[Project, str, Catalog], Source]
    renderers: Mapping[OutputFormat, Callable[[ReportSpec], Renderer]]


class Step(msgspec.Struct, frozen=True):
    """Where the making of a burst is.

    Attributes:
        stage: of one edition.
        number: which one, from 1.
        count: how many there are.
    """

    stage: Stage
    number: int
    count: int

    def __str__(self) -> str:
        """As people read it: ``rendering 12 of 400``."""
        return f"{self.stage} {self.number} of {self.count}"


class Made(msgspec.Struct, frozen=True):
    """A report that was made; of a burst all of them.

    Attributes:
        prepared: what was asked.
        files: where it lies, in the order of the formats.
        notices: what the maker should know, as sentences.
        held: why it should not go out, a sentence each.
    """

    prepared: Prepared
    files: tuple[Path, ...]
    notices: tuple[str, ...]
    held: tuple[str, ...]


class NotAll(ReporterError):
    """Some editions of a burst could not be made; the others are.

    Args:
        failures: the label of each value, and what went wrong with it.
    """

    def __init__(self, failures: Sequence[tuple[str, ReporterError]]) -> None:
        (label, first), more = failures[0], len(failures) - 1
        others = f"; and {more} more" if more else ""
        message = f"not all editions could be made: {label}: {first.message}{others}"
        super().__init__(message, hint=first.hint)
        self.exit_code = first.exit_code
        self.failures = tuple(failures)


class PartlyMade(NotAll):
    """Some reports of a burst could not be made; ``made`` are the others."""

    def __init__(self, made: Made, failures: Sequence[tuple[str, ReporterError]]) -> None:
        super().__init__(failures)
        self.made = made


async def make(
    spec: Path,
    project: Project,
    request: Request,
    tools: Tools,
    *,
    out: Path,
    formats: Sequence[OutputFormat] = (),
    progress: Callable[[Stage | Step], None],
) -> Made:
    """Make one report; of a burst one for each value that has calls, one after the other.

    Args:
        spec: the spec file.
        project: where its source and looks are described.
        request: period, parameters and filters of this run.
        tools: the implementations.
        out: the folder that the files go to.
        formats: instead of the spec's outputs.
        progress: told of every stage as it begins.

    Raises:
        Invalid: the spec or the request is wrong, or a source refuses what is asked.
        SourceError: the source could not answer.
        RenderError: a format could not be made; then none is written.
        UserError: the folder cannot be written to.
        PartlyMade: of a burst, some could not be made.
    """
    asked = await ask(spec, project, request, tools, progress=progress)

    def made(one: Asked, told: Callable[[Stage], None]) -> Made:
        told(Stage.COMPOSING)
        document = composed(one)
        told(Stage.RENDERING)
        artifacts = rendered(document, one.prepared.edition, project, tools, formats)
        told(Stage.WRITING)
        files = publish(artifacts, out)
        notices = tuple(notices_of(document, one, artifacts))
        return Made(one.prepared, files, notices, document.held)

    if asked.prepared.widened is None:
        return made(asked, progress)
    return _all_made(portions(asked), made, progress)


def _all_made(
    reports: Portions,
    make_one: Callable[[Asked, Callable[[Stage], None]], Made],
    progress: Callable[[Step], None],
) -> Made:
    done = each(reports, make_one, progress)
    made = Made(
        reports.asked.prepared,
        tuple(file for one in done.made for file in one.files),
        done.notices,
        done.held,
    )
    if done.failures:
        raise PartlyMade(made, done.failures)
    return made


class Each(msgspec.Struct, Generic[T], frozen=True):
    """What became of the reports of a burst.

    Attributes:
        made: those that could be made, in the order of the values.
        notices: what the maker should know of all and of each, each sentence once.
        held: why some should not go out, likewise.
        failures: the label of the value of each other one, and what went wrong.
    """

    made: tuple[T, ...]
    notices: tuple[str, ...]
    held: tuple[str, ...]
    failures: tuple[tuple[str, ReporterError], ...]


def each(
    reports: Portions,
    make_one: Callable[[Asked, Callable[[Stage], None]], T],
    progress: Callable[[Step], None],
) -> Each[T]:
    """One report after the other; one that fails does not keep the others from being made.

    Args:
        reports: of a burst.
        make_one: makes one of them, and tells its stages.
        progress: told of every stage, with the number of the report.

    Raises:
        LedgerError: nothing more can be written down.
    """
    done: list[tuple[str, T]] = []
    failures: list[tuple[str, ReporterError]] = []
    for number, (value, one) in enumerate(zip(reports.values, reports, strict=True), 1):
        try:
            done.append((value.label, make_one(one, _counted(progress, number, len(reports)))))
        except LedgerError:
            raise
        except ReporterError as failure:
            failures.append((value.label, failure))
    return Each(
        tuple(made for _, made in done),
        (
            *reports.remarks(),
            *gathered([(label, made.notices) for label, made in done], len(reports)),
        ),
        tuple(gathered([(label, made.held) for label, made in done], len(reports))),
        tuple(failures),
    )


def _counted(progress: Callable[[Step], None], number: int, count: int) -> Callable[[Stage], None]:
    return lambda stage: progress(Step(stage, number, count))


async def ask(
    spec: Path,
    project: Project,
    request: Request,
    tools: Tools,
    *,
    progress: Callable[[Stage], None],
) -> Asked:
    """Read a spec and ask its sources.

    Raises:
        Invalid: the spec or the request is wrong, or a source refuses what is asked.
        SourceError: the source could not answer.
    """
    progress(Stage.READING)
    prepared = prepare(spec, project, request)
    plan = prepared.plan
    sources = {
        name: tools.open_source(project, name, prepared.catalogs[name])
        for name in dict.fromkeys(plan.sources)
    }
    progress(Stage.ASKING)
    try:
        answers = await _answers(plan, sources)
    except Refused as refused:
        mistakes = located(
            spec, project, request, prepared, source=refused.source, refusals=refused.refusals
        )
        raise (Invalid(mistakes) if mistakes else refused) from refused
    return Asked(spec, prepared, answers, commit_of(spec))


def composed(asked: Asked, restated: Sequence[Restated] = ()) -> Document:
    """The document of an edition with its numbers.

    Args:
        asked: the edition and its numbers; of a burst those of one value.
        restated: earlier editions, and what has changed since.

    Raises:
        UserError: a text of the spec cannot be filled in.
    """
    prepared = asked.prepared
    if prepared.widened is not None:
        raise TypeError("a burst has a document for each of its portions, and none of its own")
    evidence = of_checks(prepared.plan, prepared.edition, asked.answers)
    if asked.unusable:  # what a check of records holds is held for all values
        evidence = with_unusable(evidence, asked.unusable)
    return compose(
        prepared.edition,
        assign(prepared.plan, asked.answers),
        words=prepared.words,
        filters=narrowings(prepared),
        spec_commit=asked.commit,
        version=__version__,
        stamp=_stamp(prepared.edition),
        restated=restated,
        evidence=evidence,
    )


async def _answers(plan: Plan, sources: Mapping[str, Source]) -> tuple[Answer, ...]:
    """The answers to all queries of a plan, in its order: each source is asked its own at once.

    Where one fails, the others are stopped.
    """

    async def of(name: str, source: Source) -> dict[int, Answer]:
        numbers = [number for number, asked in enumerate(plan.sources) if asked == name]
        said = await source.fetch([plan.queries[number] for number in numbers])
        return dict(zip(numbers, said, strict=True))

    failure: Exception | None = None
    try:
        # One after the other would be simpler, but a source that calls back takes minutes.
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(of(name, source)) for name, source in sources.items()]
    except ExceptionGroup as failed:
        failure = failed.exceptions[0]
    if failure is not None:
        raise failure  # the first, as if it were alone: the others have been stopped
    found = {number: answer for task in tasks for number, answer in task.result().items()}
    return tuple(found[number] for number in range(len(plan.queries)))


def rendered(
    document: Document,
    edition: Edition,
    project: Project,
    tools: Tools,
    formats: Sequence[OutputFormat] = (),
) -> tuple[Artifact, ...]:
    """The files of a document.

    Args:
        document: what is rendered.
        edition: what it is of.
        project: whose looks it has.
        tools: the implementations.
        formats: instead of the spec's outputs.

    Raises:
        RenderError: a format could not be made.
    """
    branding = Branding(themed(project.file.theme, edition.spec.theme), project.folder)
    stem = stem_of(edition)
    return tuple(
        artifact
        for name in dict.fromkeys(formats or edition.spec.outputs)
        for artifact in tools.renderers[name](edition.spec).render(document, stem, branding)
    )


def _unseen(artifacts: Iterable[Artifact]) -> Iterator[str]:
    """Once for all files: the characters that readers do not see."""
    missing = sorted({character for artifact in artifacts for character in artifact.missing})
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        named = " ".join(f"{c} (U+{ord(c):04X})" for c in missing[:_NAMED])
        yield (
            f"the fonts have no {named}{more}: name a font file that has them in"
            " theme.fonts.fallback"
        )


def _stamp(edition: Edition) -> datetime:
    """The date inside the files: the same for the same edition, whenever it is made."""
    epoch = environment.variable("SOURCE_DATE_EPOCH")
    if epoch is None:
        return edition.interval.until
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UserError(
            f"SOURCE_DATE_EPOCH is a whole number of seconds since 1970, found {epoch!r}",
            hint="take it out of the environment, or set it to the date of the last commit",
        ) from error


def notices_of(
    document: Document, asked: Asked, artifacts: Iterable[Artifact] = ()
) -> Iterator[str]:
    """What the maker of a report and its files should know beside what is held, as sentences."""
    plan, answers = asked.prepared.plan, asked.answers
    said = (text for answer in answers for text in (*answer.notices, *answer.remarks))
    # A metric that is only an operand of others is not spoken of.
    hidden = {metric.name for query in plan.queries for metric in query.metrics}
    hidden -= {definition.name for definition in document.provenance.definitions}
    hidden -= {name for whole in plan.wholes for name in whole.metrics}
    missing = (
        f"{column.label} has no values: {column.unavailable}"
        for answer in answers
        for column in answer.table.columns
        if column.unavailable is not None and column.name not in hidden
    )
    known = {*document.reservations}
    yield from dict.fromkeys(
        text for text in (*document.notices, *said, *missing) if text not in known
    )
    yield from _unseen(artifacts)
