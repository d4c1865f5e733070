"""Whether a request has the shape that the OpenAPI document describes."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, cast

from jsonschema import ValidationError

from reporter.diagnostics import Location, nearest
from reporter.server.contract import request_schema
from reporter.server.violations import Violation

MOST_VALUES: Final = 1000
"""Of one list; the document's ``maxItems``. A longer one is not looked into."""
MOST_VIOLATIONS: Final = 100
"""Who gets that many has enough to do."""
_LONGEST: Final = 60
_TYPES: Final = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
}


class NoJson(ValueError):
    """A body is no JSON; the message is a violation."""


def parsed(body: bytes) -> object:
    """The JSON of a body, read strictly: no key twice, no NaN, UTF-8 alone.

    Raises:
        NoJson: it is none.
    """
    try:
        value: object = json.loads(
            body.decode(),
            object_pairs_hook=_each_once,
            parse_constant=_no_constant,
            parse_float=_number,
        )
        json.dumps(value, ensure_ascii=False).encode()  # no half of a surrogate pair
    except UnicodeError as error:
        raise NoJson("is not encoded in UTF-8") from error
    except json.JSONDecodeError as error:
        raise NoJson(f"is no JSON: line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise NoJson("is nested too deeply") from error
    except ValueError as error:  # ours, and numbers of thousands of digits
        raise NoJson(str(error) if isinstance(error, NoJson) else "is no JSON") from error
    return value


def shape_violations(value: object) -> tuple[Violation, ...]:
    """Everything that is wrong with the shape of a request, in the order of its places."""
    found = tuple(_too_long(value, ())) or tuple(
        islice(
            (one for error in request_schema().iter_errors(value) for one in _violations(error)),
            MOST_VIOLATIONS,
        )
    )
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.property))


def place(*path: str | int) -> str:
    """A place in the request as the API writes it (``request.metrics[0]``)."""
    return Location("", path=path).dotted()


def shown(value: object) -> str:
    """A value as it stands in the request, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _too_long(value: object, path: tuple[str | int, ...]) -> Iterator[Violation]:
    """Lists that would take long to compare value by value."""
    if isinstance(value, list) and len(value) > MOST_VALUES:
        yield Violation(place(*path), f"has more than {MOST_VALUES} values")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _too_long(item, (*path, index))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _too_long(item, (*path, name[:_LONGEST]))


def _violations(error: ValidationError) -> Iterator[Violation]:
    path: tuple[str | int, ...] = tuple(error.absolute_path)
    instance: Any = error.instance
    match error.validator:
        case "required":
            missing = cast("list[str]", error.validator_value)
            yield from (
                Violation(place(*path, name), "is required")
                for name in missing
                if name not in instance
            )
        case "additionalProperties":
            yield from _unknown(instance, cast("dict[str, Any]", error.schema)["properties"], path)
        case "uniqueItems":
            yield from _repeated(instance, path)
        case "enum":
            known = cast("list[str]", error.validator_value)
            yield Violation(place(*path), _no_member(instance, known))
        case _:
            yield Violation(place(*path), _sentence(error, shown(instance)))


def _unknown(
    instance: Iterable[str], known: Iterable[str], path: tuple[str | int, ...]
) -> Iterator[Violation]:
    for name in instance:
        if name not in known:
            near = nearest(name[:_LONGEST], known)
            meant = f"; did you mean {near}?" if near else f"; there are {', '.join(known)}"
            yield Violation(place(*path, name[:_LONGEST]), f"is not known{meant}")


def _repeated(instance: Iterable[object], path: tuple[str | int, ...]) -> Iterator[Violation]:
    seen: list[object] = []
    for index, item in enumerate(instance):
        if any(_same(item, other) for other in seen):
            yield Violation(place(*path, index), f"stands twice: {shown(item)}")
        seen.append(item)


def _same(one: object, other: object) -> bool:
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _sentence(error: ValidationError, found: str) -> str:
    value = error.validator_value
    sentences = {
        "type": f"must be {_TYPES.get(str(value))}, not {found}",
        "minItems": "must not be empty",
        "minLength": "must not be empty",
        "minProperties": "must not be empty",
        "maxItems": f"has more than {value} values",
        "maxLength": f"is longer than {value} characters",
        "minimum": f"must be at least {value}, not {found}",
        "maximum": f"must be at most {value}, not {found}",
    }
    return sentences[str(error.validator)]


def _no_member(instance: object, known: list[str]) -> str:
    near = nearest(instance[:_LONGEST], known) if isinstance(instance, str) else None
    meant = f"; did you mean {near}?" if near else f"; there are {', '.join(known)}"
    return f"has no value {shown(instance)}{meant}"


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Counted once for all: there may be a hundred thousand.
        many = Counter(name for name, _ in pairs)
        twice = next(name for name, count in many.items() if count > 1)
        raise NoJson(f"has the key {shown(twice)} twice in one object")
    return found


def _number(text: str) -> int | float:
    """A number; 1.0 is as whole as 1, as JSON Schema has it."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _no_constant(name: str) -> object:
    raise NoJson(f"is no JSON: {name} is no number of it")
