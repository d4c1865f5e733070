"""Texts of a spec: Jinja in, Markdown or plain text out.

What comes from data is escaped, so that it is never read as Markdown; ``| safe`` says that it
is meant to be.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from reporter.data.answer import SectionAnswers
from reporter.data.formula import Number
from reporter.data.table import Format
from reporter.document.figures import Figure, KpiFigures, NoFigure, kpi_figures
from reporter.document.format import NumberWriter
from reporter.document.frame import Frame
from reporter.document.values import NO_VALUE
from reporter.errors import UserError
from reporter.templating import text_environment

_MISTAKES: Final = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError)
"""What a template's own computations can run into."""
_MOST_PLACES: Final = 10


class Named(msgspec.Struct, frozen=True):
    """A period in a text.

    Attributes:
        label: as people write it (``October 2026``).
        interval: both ends, with the zone.
    """

    label: str
    interval: str

    def __str__(self) -> str:
        return self.label


class NamedValue(msgspec.Struct, frozen=True):
    """The value that the edition of a burst is about, in a text.

    Attributes:
        value: as in the records.
        label: what it is called.
    """

    value: str | int | None
    label: str

    def __str__(self) -> str:
        return self.label


class TextWriter(msgspec.Struct, frozen=True, kw_only=True):
    """Fills in the texts of one report.

    Attributes:
        title: the report's, filled in.
    """

    frame: Frame
    title: str = ""

    def markdown(self, text: str, answers: SectionAnswers | None, place: str) -> str:
        """A Markdown text of a section, with its figures.

        Raises:
            UserError: the text cannot be filled in; names ``place`` (``sections[2].markdown``).
        """
        return self._filled_in(text, place, answers, _as_markdown)

    def plain(self, text: str, place: str) -> str:
        """A title or another line of plain text; it has no figures.

        Raises:
            UserError: as above.
        """
        return self._filled_in(text, place, None, str)

    def _filled_in(
        self,
        text: str,
        place: str,
        answers: SectionAnswers | None,
        written: Callable[[object], str],
    ) -> str:
        from jinja2 import TemplateError, TemplateSyntaxError  # noqa: PLC0415 - only for templates

        numbers = self.frame.numbers
        environment = text_environment(lambda value: written(_printed(numbers, value)))
        environment.filters.update(_filters(numbers))
        try:
            return environment.from_string(text).render(self._variables(answers))
        except TemplateSyntaxError as error:
            raise UserError(f"{place}, line {error.lineno}: {error.message}") from error
        except (TemplateError, *_MISTAKES) as error:
            raise UserError(f"{place}{_line_of(error)}: {error}") from error

    def _variables(self, answers: SectionAnswers | None) -> Mapping[str, object]:
        frame, edition = self.frame, self.frame.edition
        comparison = None
        if frame.comparison is not None and edition.comparison is not None:
            comparison = Named(frame.comparison, frame.times.interval(edition.comparison))
        period = Named(frame.period, frame.times.interval(edition.interval))
        burst = edition.burst
        return {
            "burst": None if burst is None else NamedValue(burst.value, burst.label),
            "comparison": comparison,
            "interval": period.interval,
            "kpi": lambda name: _figures(frame.numbers, answers, name),
            "parameters": edition.parameters,
            "period": period,
            "report": edition.spec.name,
            "source": edition.source,
            "timezone": edition.timezone,
            "title": self.title,
        }


def _line_of(error: BaseException) -> str:
    """Where in the template an error was raised; Jinja puts its lines into the traceback."""
    at, line = error.__traceback__, None
    while at is not None:
        if at.tb_frame.f_code.co_filename == "<template>":
            line = at.tb_lineno
        at = at.tb_next
    return "" if line is None else f", line {line}"


def _figures(numbers: NumberWriter, answers: SectionAnswers | None, name: object) -> KpiFigures:
    if answers is not None and isinstance(name, str):
        try:
            return kpi_figures(numbers, answers, name)
        except KeyError:
            pass
    raise ValueError(
        f"kpi({name!r}) has no answer here; kpi() works in the Markdown of text sections, with the"
        " metric's name written out"
    )


def _filters(numbers: NumberWriter) -> dict[str, Callable[..., str]]:
    return {
        "currency": lambda value: numbers.text(_number(value), Format.CURRENCY),
        "duration": lambda value: numbers.text(_number(value), Format.DURATION),
        "number": lambda value, places=None: _plain_number(numbers, value, places),
        "percent": lambda value: numbers.text(_number(value), Format.PERCENT),
        "percent_points": lambda value: numbers.difference(_number(value), Format.PERCENT),
    }


def _plain_number(numbers: NumberWriter, value: object, places: int | None) -> str:
    """A whole number without places, another one with two, unless it is said how many."""
    number = _number(value)
    if places is not None:
        return numbers.decimal(number, min(max(places, 0), _MOST_PLACES))
    whole = number is None or float(number).is_integer()
    return numbers.text(number, Format.INTEGER if whole else Format.DECIMAL)


def _number(value: object) -> Number | None:
    if value is None or isinstance(value, NoFigure):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise TypeError(f"expected a number, found {str(value)!r}")


def _printed(numbers: NumberWriter, value: object) -> object:
    """The value of a placeholder as text; a text that is marked safe stays so."""
    if value is None:
        return NO_VALUE
    if isinstance(value, float) and not isinstance(value, Figure):
        return numbers.text(value, Format.DECIMAL)
    return value if isinstance(value, str) else str(value)


_BLANK: Final = re.compile(r"[ \t\r\n\f\v]+")
_ACTIVE: Final = re.compile(r"[\\`*_\[\]<>&#|~!]")
_BLOCK_START: Final = re.compile(
    r"^( ?\d{0,9}(?=[.)](?: |$))"  # the number of a list item
    r"| ?(?=[-+](?: |$)|[-=]+ ?$))"  # its bullet, or a line under a heading
)


def _as_markdown(value: object) -> str:
    """A text that Markdown reads as itself, in the middle of a line and at its beginning."""
    if hasattr(value, "__html__"):
        return str(value)
    line = _ACTIVE.sub(r"\\\g<0>", _BLANK.sub(" ", str(value)))
    return _BLOCK_START.sub(r"\g<1>\\", line)
