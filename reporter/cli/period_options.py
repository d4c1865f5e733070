"""The options that settle an edition: period, as-of, parameters, filters."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Final, TypedDict, TypeVar

import click
import msgspec

from reporter import clock
from reporter.dates import Between, Period, PeriodName
from reporter.diagnostics import Diagnostic, Invalid, Location, nearest
from reporter.plan.preparation import Request
from reporter.spec.edition import period_of
from reporter.spec.model import PeriodSpan
from reporter.spec.moment import moment

Function = TypeVar("Function", bound=Callable[..., Any])

_PERIOD: Final = (
    click.option(
        "--period",
        metavar="PERIOD",
        help='last_month, yesterday, month_to_date, ... or {"last": N, "unit": UNIT}.',
    ),
    click.option("--since", metavar="DATE", help="The first day or instant."),
    click.option("--until", metavar="DATE", help="The last day or instant, exclusive."),
    click.option(
        "--as-of",
        metavar="DATE",
        help="What counts as now; a day means its beginning. Default: now.",
    ),
)
_FILTER: Final = click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Only records with one of these values (VALUE[,VALUE...] or JSON). Repeatable.",
)
_PARAMETER: Final = click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="The value of a parameter of the report. Repeatable.",
)
_SOURCE: Final = click.option("--source", metavar="NAME", help="A source of the project file.")


def period_and_filters(function: Function) -> Function:
    """``--period``, ``--since``, ``--until``, ``--as-of`` and ``--filter``."""
    return _decorated(function, (*_PERIOD, _FILTER))


def edition(function: Function) -> Function:
    """All options of a run of a spec."""
    return _decorated(function, (*_PERIOD, _PARAMETER, _FILTER, _SOURCE))


class Settled(TypedDict):
    """What click gives for the options of ``edition``."""

    period: str | None
    since: str | None
    until: str | None
    as_of: str | None
    parameters: tuple[str, ...]
    filters: tuple[str, ...]
    source: str | None


def request(settled: Settled) -> Request:
    """What the options say.

    Raises:
        Invalid: with everything that is wrong with them.
    """
    mistakes: list[Diagnostic] = []
    made = Request(
        now=clock.now(),
        as_of=settled["as_of"],
        period=period_from(settled["period"], settled["since"], settled["until"], mistakes),
        parameters=_once(named("--param", settled["parameters"], mistakes), mistakes),
        filters=named("--filter", settled["filters"], mistakes),
        source=settled["source"],
    )
    if mistakes:
        raise Invalid(mistakes)
    return made


def period_from(
    period: str | None, since: str | None, until: str | None, mistakes: list[Diagnostic]
) -> Period | None:
    """The period of the command line, or None where it says none."""
    if period is not None and (since is not None or until is not None):
        mistakes.append(
            _mistake("period-twice", "--period and --since/--until exclude each other", "--period")
        )
        return None
    if period is not None:
        return _named_period(period, mistakes)
    if since is None and until is None:
        return None
    ends = [_end(name, text, mistakes) for name, text in (("--since", since), ("--until", until))]
    first, last = ends
    return None if first is None or last is None else Between(first, last)


def named(
    option: str, texts: Iterable[str], mistakes: list[Diagnostic]
) -> tuple[tuple[str, str], ...]:
    """The (name, value) pairs of a repeatable ``NAME=VALUE`` option."""
    pairs: list[tuple[str, str]] = []
    for text in texts:
        name, sign, value = text.partition("=")
        if not _is_unicode(text):
            mistakes.append(_mistake("not-utf8", "the argument is not UTF-8 text", option))
        elif sign and name:
            pairs.append((name.strip(), value))
        else:
            mistakes.append(
                Diagnostic(
                    code="no-name",
                    message=f"{option} takes NAME=VALUE",
                    location=Location(option),
                    expected="NAME=VALUE",
                    found=text,
                )
            )
    return tuple(pairs)


def _decorated(function: Function, options: tuple[Callable[[Function], Function], ...]) -> Function:
    for option in reversed(options):
        function = option(function)
    return function


def _named_period(text: str, mistakes: list[Diagnostic]) -> Period | None:
    if text in tuple(PeriodName):
        return PeriodName(text)
    if text.startswith("{"):
        try:
            return period_of(msgspec.convert(json.loads(text), PeriodSpan))
        except (msgspec.ValidationError, ValueError, RecursionError) as error:
            mistakes.append(
                Diagnostic(
                    code="unknown-period",
                    message=f"this is no period: {error}",
                    location=Location("--period"),
                    expected='JSON such as {"last": 3, "unit": "months"}',
                )
            )
            return None
    near = nearest(text, [name.value for name in PeriodName])
    mistakes.append(
        Diagnostic(
            code="unknown-period",
            message=f"there is no period {text!r}",
            location=Location("--period"),
            expected=f"one of {', '.join(PeriodName)}",
            hint=f"did you mean {near!r}?" if near else None,
        )
    )
    return None


def _end(name: str, text: str | None, mistakes: list[Diagnostic]) -> date | datetime | None:
    if text is None:
        mistakes.append(
            _mistake("half-period", "--since and --until go together", name),
        )
        return None
    try:
        return moment(text)
    except ValueError as error:
        mistakes.append(_mistake("no-moment", str(error), name))
        return None


def _once(pairs: tuple[tuple[str, str], ...], mistakes: list[Diagnostic]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            mistakes.append(
                _mistake("parameter-twice", f"parameter {name} is given twice", f"--param {name}")
            )
        values[name] = value
    return values


def _is_unicode(text: str) -> bool:
    """Whether it is a text: bytes that are none reach a program as halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mistake(code: str, message: str, option: str) -> Diagnostic:
    return Diagnostic(code=code, message=message, location=Location(option))
