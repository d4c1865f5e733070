"""What ``jsonschema`` finds, in words: what was expected where, what was found, what is near."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from reporter.diagnostics import Diagnostic, nearest
from reporter.diagnostics import Path as TreePath
from reporter.schema.words import Schema, Words, bare, in_words, listed
from reporter.yamltree import Tree


def _is_integer(_checker: object, instance: object) -> bool:
    """10.0 is no whole number: the conversion does not take it for one either."""
    return isinstance(instance, int) and not isinstance(instance, bool)


_Validator: Final = extend(  # type: ignore[no-untyped-call] # the stubs leave it untyped
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def mistakes(tree: Tree, schema_file: Path) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the structure of a tree, by a schema."""
    schema = _read(schema_file)
    explainer = _Explainer(tree, schema.get("$defs", {}))
    flaws = map(_flaw, _Validator(schema).iter_errors(tree.data))
    return tuple(dict.fromkeys(explainer.explained(flaws)))


@cache
def _read(path: Path) -> Schema:
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema


class _Flaw(msgspec.Struct, frozen=True):
    """One error of ``jsonschema``, typed.

    Attributes:
        keyword: of the schema, that is not fulfilled.
        limit: the keyword's value.
        instance: what stands in the file.
        schema: that the instance should fulfil.
        path: of the instance; of the mapping where a key is wrong.
        of_key: whether the instance is a key.
        branches: for ``anyOf``, the errors of each branch.
    """

    keyword: str
    limit: Any
    instance: Any
    schema: Schema
    path: TreePath
    of_key: bool
    branches: tuple[tuple["_Flaw", ...], ...]


def _flaw(error: ValidationError) -> _Flaw:
    branches: dict[object, list[_Flaw]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.relative_schema_path[0], []).append(_flaw(inner))
    return _Flaw(
        keyword=str(error.validator),
        limit=error.validator_value,
        instance=error.instance,
        schema=error.schema if isinstance(error.schema, dict) else {},
        path=tuple(error.absolute_path),
        of_key="propertyNames" in error.relative_schema_path,
        branches=tuple(map(tuple, branches.values())),
    )


class _Explainer:
    """Turns the flaws of one tree into diagnostics."""

    def __init__(self, tree: Tree, definitions: Schema) -> None:
        self._tree = tree
        self._words = Words(definitions)

    def explained(self, flaws: Iterable[_Flaw]) -> Iterator[Diagnostic]:
        """What is wrong; of a value of the wrong type nothing else is said."""
        flaws = tuple(flaws)
        mistyped = {flaw.path for flaw in flaws if flaw.keyword == "type" and not flaw.of_key}
        for flaw in flaws:
            if flaw.keyword == "type" or flaw.path not in mistyped:
                yield from self._explained(flaw)

    def _explained(self, flaw: _Flaw) -> Iterable[Diagnostic]:
        match flaw.keyword:
            case _ if flaw.of_key or flaw.instance is None:
                return (self._wrong_value(flaw),)
            case "additionalProperties":
                return self._unknown_keys(flaw)
            case "required":
                return self._missing_keys(flaw)
            case "anyOf":
                return self._none_fits(flaw)
            case "uniqueItems":
                return self._repeated(flaw)
            case _:
                return (self._wrong_value(flaw),)

    def _wrong_value(self, flaw: _Flaw) -> Diagnostic:
        if flaw.of_key:
            return self._malformed_key(flaw)
        if flaw.instance is None:
            return self._without_value(flaw)
        match flaw.keyword:
            case "enum" | "oneOf":
                return self._not_allowed(flaw)
            case "type":
                return self._wrong_type(flaw)
            case "pattern":
                return self._malformed(flaw)
            case _:
                return self._out_of_bounds(flaw)

    def _at(
        self,
        flaw: _Flaw,
        code: str,
        message: str,
        *,
        inner: TreePath = (),
        of_key: bool = False,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> Diagnostic:
        location = self._tree.location((*flaw.path, *inner), of_key=of_key)
        return Diagnostic(code, message, location, expected=expected, found=found, hint=hint)

    def _found(self, flaw: _Flaw) -> str:
        if flaw.path in self._tree.origins:
            return f"the value of {self._tree.origins[flaw.path]}"
        return in_words(flaw.instance)

    def _without_value(self, flaw: _Flaw) -> Diagnostic:
        return self._at(
            flaw,
            "empty-value",
            f"{_subject(flaw)} has no value",
            of_key=True,
            expected=self._words.of(flaw.schema),
            hint="write a value, or leave the key out",
        )

    def _unknown_keys(self, flaw: _Flaw) -> Iterator[Diagnostic]:
        known = tuple(flaw.schema.get("properties", {}))
        for key in flaw.instance:
            if key in known:
                continue
            near = nearest(key, [k for k in known if k not in flaw.instance] or known)
            yield self._at(
                flaw,
                "unknown-key",
                f"there is no key {key!r} here",
                inner=(key,),
                of_key=True,
                expected=listed("one of the keys", known),
                hint=f"did you mean {near!r}?" if near else None,
            )

    def _missing_keys(self, flaw: _Flaw) -> Iterator[Diagnostic]:
        for key in flaw.limit:
            if key in flaw.instance:
                continue
            schema = flaw.schema.get("properties", {}).get(key, {})
            yield self._at(
                flaw,
                "missing-key",
                f"the key {key!r} is missing",
                expected=f"{key}: {self._words.of(schema)}",
            )

    def _none_fits(self, flaw: _Flaw) -> Iterator[Diagnostic]:
        """The mistakes of the branch that was meant: the one that takes such a type."""
        fitting = [
            branch
            for branch in flaw.branches
            if not any(inner.keyword == "type" and inner.path == flaw.path for inner in branch)
        ]
        if fitting:
            meant = min(fitting, key=len)
            yield from self.explained(meant)
        else:
            yield self._wrong_type(flaw)

    def _not_allowed(self, flaw: _Flaw) -> Diagnostic:
        values = self._words.values(flaw.schema)
        return self._at(
            flaw,
            "not-allowed",
            f"{_subject(flaw)} does not take this value",
            expected=listed("one of" if len(values) > 1 else "", tuple(map(bare, values))),
            found=self._found(flaw),
            hint=_near(flaw, values),
        )

    def _repeated(self, flaw: _Flaw) -> Iterator[Diagnostic]:
        seen: set[str] = set()
        for index, item in enumerate(flaw.instance):
            if repr(item) in seen:
                yield self._at(
                    flaw,
                    "repeated-item",
                    f"{bare(item)} stands twice in {_subject(flaw)}",
                    inner=(index,),
                    hint="take one of them out",
                )
            seen.add(repr(item))

    def _wrong_type(self, flaw: _Flaw) -> Diagnostic:
        expected = self._words.of(flaw.schema)
        hint = None
        if expected == "a text" and isinstance(flaw.instance, int | float):
            hint = "in quotes it is a text"
        elif expected.startswith("a list") and isinstance(flaw.instance, str | int | float):
            hint = f"put it in brackets: [{bare(flaw.instance)}]"
        return self._at(
            flaw,
            "wrong-type",
            f"{_subject(flaw)} has a value of the wrong type",
            expected=expected,
            found=self._found(flaw),
            hint=hint,
        )

    def _malformed(self, flaw: _Flaw) -> Diagnostic:
        return self._at(
            flaw,
            "malformed",
            f"{_subject(flaw)} is not written as it should be",
            expected=self._words.of_pattern(flaw.schema),
            found=self._found(flaw),
            hint=_near(flaw, self._words.offered(flaw.schema)),
        )

    def _malformed_key(self, flaw: _Flaw) -> Diagnostic:
        return self._at(
            flaw,
            "malformed",
            f"the key {flaw.instance!r} is not written as it should be",
            inner=(flaw.instance,),
            of_key=True,
            expected=self._words.of_pattern(flaw.schema),
        )

    def _out_of_bounds(self, flaw: _Flaw) -> Diagnostic:
        code, limit = _BOUNDS[flaw.keyword]
        found = self._found(flaw)
        message = f"{_subject(flaw)} is out of bounds"
        if flaw.instance in ("", []):
            message, limit = f"{_subject(flaw)} is empty", _NOT_EMPTY[code]
        elif isinstance(flaw.instance, str):
            length = len(flaw.instance)
            found = f"{length} character{'s' if length > 1 else ''}"
        return self._at(flaw, code, message, expected=limit.format(flaw.limit), found=found)


_BOUNDS: Final = {
    "minimum": ("out-of-range", "{} or more"),
    "exclusiveMinimum": ("out-of-range", "more than {}"),
    "maximum": ("out-of-range", "{} or less"),
    "minItems": ("too-few", "at least {} in the list"),
    "minLength": ("too-short", "at least {} characters"),
    "maxLength": ("too-long", "at most {} characters"),
}
"""What our models use; a new keyword needs its words here (a test holds them together)."""


_NOT_EMPTY: Final = {
    "too-few": "at least {} in the list",
    "too-short": "a text",
}


def _near(flaw: _Flaw, values: Iterable[object]) -> str | None:
    if not isinstance(flaw.instance, str):
        return None
    near = nearest(flaw.instance, (value for value in values if isinstance(value, str)))
    return f"did you mean {near!r}?" if near else None


def _subject(flaw: _Flaw) -> str:
    if not flaw.path:
        return "the file"
    last = flaw.path[-1]
    if isinstance(last, str):
        return repr(last)
    key = next((part for part in reversed(flaw.path) if isinstance(part, str)), None)
    return f"item {last + 1} of {key!r}" if key else f"item {last + 1}"
