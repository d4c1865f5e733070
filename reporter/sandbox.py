"""The sandboxed Jinja environments themselves; ``templating`` makes them, and loads this late.

Neither gives access to a name with a leading underscore, changes a value it is given, or counts
further than a report needs. Texts of a spec are bounded more tightly than a project's pages: they
cannot recurse, loop without end, or build what does not fit into memory.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from types import CodeType
from typing import Any, Final

from jinja2 import (
    BytecodeCache,
    StrictUndefined,
    TemplateSyntaxError,
    Undefined,
    nodes,
    pass_eval_context,
)
from jinja2.bccache import Bucket
from jinja2.filters import do_format, do_join, do_replace
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

_MOST_STEPS: Final = 10_000
_LONGEST_TEXT: Final = 100_000
_MOST_BITS: Final = 1024
"""Of a whole number; a float has no more either."""
_LEAST_COST: Final = 100
"""What a step of a loop costs at least, in letters."""
_MOST_LOOPED: Final = _MOST_STEPS * _LEAST_COST
_TOO_LARGE: Final = "a number is too large"
_WIDE: Final = re.compile(r"%[^%a-zA-Z]*(?:\d{4}|\*)")
"""A placeholder of the ``%`` operator that asks for a thousand signs or more."""
_WIDE_FIELD: Final = re.compile(r"\{[^}]*(?:\d{4}|\{)")
"""The same of ``str.format``."""
_TOO_WIDE: Final = "a placeholder of a thousand signs or more"

_LETTERS: Final = frozenset(
    {
        *("capitalize", "casefold", "count", "endswith", "find", "isdigit", "lower", "lstrip"),
        *("removeprefix", "removesuffix", "rstrip", "split", "startswith", "strip", "title"),
        *("upper",),
    }
)
"""What can be asked of a text: nothing that makes a long one of a short one."""
_NO_FILTERS: Final = (
    *("attr", "batch", "center", "filesizeformat", "forceescape", "indent", "pprint", "random"),
    *("slice", "tojson", "urlencode", "urlize", "wordwrap", "xmlattr"),
)
_NO_TAGS: Final[dict[type[nodes.Node], str]] = {
    nodes.Block: "block",
    nodes.CallBlock: "call",
    nodes.Extends: "extends",
    nodes.FromImport: "from",
    nodes.Import: "import",
    nodes.Include: "include",
    nodes.Macro: "macro",
}


class Sandbox(ImmutableSandboxedEnvironment):
    """For a project's pages; a missing value is an error."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Jinja's own
        super().__init__(undefined=StrictUndefined, keep_trailing_newline=True, **options)
        self.globals.pop("lipsum")  # placeholder prose has no place in a report
        self.globals["range"] = _range

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - whatever a template computes with
        """The result of an operator, refused before it is made where it would be too large."""
        match operator:
            case "*":
                _refuse_long_product(left, right)
            case "%" if isinstance(left, str):
                _refuse_wide(left)
            case "**":
                return bounded(_power(left, right))
        return bounded(super().call_binop(context, operator, left, right))


class Compiled(BytecodeCache):
    """What templates are compiled to, for as long as the process lives; a changed one anew.

    Compiling takes longer than filling in, and a burst fills in the same ones hundreds of times.
    """

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over the code of a template whose text is still the same."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self._codes[bucket.key] = (bucket.checksum, bucket.code)


class TextSandbox(Sandbox):
    """For one text of a spec: one that does not end, or grows without end, is an error."""

    def __init__(self, finalize: Callable[[Any], Any], **options: Any) -> None:  # noqa: ANN401 - Jinja's own
        super().__init__(finalize=self._written, **options)
        for name in ("cycler", "dict", "joiner"):
            self.globals.pop(name)
        for name in _NO_FILTERS:
            self.filters.pop(name)
        self.filters |= {
            "bounded": bounded,
            "format": _format,
            "join": _join,
            "replace": _replace,
            "steps": self._steps,
        }
        self._print = finalize
        self._looped = self._printed = 0

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - Jinja's own
        """Whether a template may use it."""
        if type(obj) is str and attr not in _LETTERS:
            return False
        if type(obj) is int:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:  # noqa: ANN401 - Jinja's own
        """What stands for ``str.format``, where that is what the value is."""
        safe: Callable[..., str] | None = super().wrap_str_format(value)
        if safe is not None and _WIDE_FIELD.search(value.__self__):
            raise OverflowError(_TOO_WIDE)
        return safe

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        bound: nodes.Template = _Bounds().visit(tree)
        return bound.set_environment(self)  # type: ignore[return-value]  # itself

    def _written(self, value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
        unwritable = callable(value) or isinstance(value, Iterator)
        if unwritable and not isinstance(value, Undefined):
            raise TypeError(f"a {type(value).__name__} cannot be written")
        text = self._print(bounded(value))
        self._printed += len(str(text))
        if self._printed > _LONGEST_TEXT:
            raise OverflowError(f"the text gets longer than {_LONGEST_TEXT:,} letters")
        return text

    def _steps(self, items: Iterable[Any], cost: int) -> Iterator[Any]:
        for item in items:
            self._looped += cost
            if self._looped > _MOST_LOOPED:
                raise OverflowError(f"loops of more than {_MOST_STEPS:,} steps or very long ones")
            yield item


class _Bounds(NodeTransformer):
    """Puts a check around what can grow, and refuses what can recurse."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: ANN401 - Jinja's own
        tag = _NO_TAGS.get(type(node))
        if tag is not None:
            raise TemplateSyntaxError(f"the tag {tag} cannot be used in a text", node.lineno)
        return super().generic_visit(node, *args, **kwargs)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's own
        if node.recursive:
            raise TemplateSyntaxError("a loop in a text cannot be recursive", node.lineno)
        letters = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        cost = nodes.Const(max(letters, _LEAST_COST), lineno=node.lineno)
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "steps", [cost], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's own
        return _checked(self.generic_visit(node))

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802 - Jinja's own
        return self.generic_visit(node) if node.node is None else _checked(self.generic_visit(node))

    def visit_Const(self, node: nodes.Const) -> nodes.Node:  # noqa: N802 - Jinja's own
        if isinstance(node.value, float) and not isfinite(node.value):
            raise TemplateSyntaxError(_TOO_LARGE, node.lineno)
        return node


def bounded(value: Any) -> Any:  # noqa: ANN401 - whatever a template computes with
    """The value, if a report can have one so large.

    Raises:
        OverflowError: it is too long or too large.
    """
    match value:
        case str() | list() | tuple() | dict() if len(value) > _LONGEST_TEXT:
            raise OverflowError(_too_long(len(value)))
        case int() if value.bit_length() > _MOST_BITS:
            raise OverflowError(_TOO_LARGE)
        case float() if not isfinite(value):
            raise OverflowError(_TOO_LARGE)
        case _:
            return value


def _checked(node: nodes.Node) -> nodes.Node:
    return nodes.Filter(node, "bounded", [], [], None, None, lineno=node.lineno)


def _too_long(length: int) -> str:
    return f"a text or list of {length} parts"


def _range(*bounds: int) -> range:
    steps = range(*bounds)
    if len(steps) > _MOST_STEPS:
        raise OverflowError(f"a range of {len(steps)} steps; at most {_MOST_STEPS} are allowed")
    return steps


def _refuse_long_product(left: Any, right: Any) -> None:  # noqa: ANN401 - whatever a template multiplies
    for repeated, times in ((left, right), (right, left)):
        if hasattr(repeated, "__len__") and isinstance(times, int):
            length = len(repeated) * times
            if length > _LONGEST_TEXT:
                raise OverflowError(_too_long(length))


def _power(left: Any, right: Any) -> Any:  # noqa: ANN401 - same
    whole = isinstance(left, int) and isinstance(right, int)
    if whole and right >= 0 and left.bit_length() * right <= _MOST_BITS:
        return left**right
    try:
        power: float = float(left) ** float(right)
    except OverflowError as error:
        raise OverflowError(_TOO_LARGE) from error
    return power


def _refuse_wide(form: str) -> None:
    if _WIDE.search(form):
        raise OverflowError(_TOO_WIDE)


def _format(value: str, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - Jinja's own
    _refuse_wide(str(value))
    return do_format(value, *args, **kwargs)


@pass_eval_context
def _join(
    context: EvalContext,
    value: Iterable[Any],
    d: str = "",
    attribute: str | int | None = None,
) -> str:
    text: str = do_join(context, _up_to(value, len(d)), d, attribute)
    return text


def _up_to(parts: Iterable[Any], between: int) -> Iterator[Any]:
    length = 0
    for part in parts:
        length += between + (len(part) if isinstance(part, str) else 1)
        if length > _LONGEST_TEXT:
            raise OverflowError(_too_long(length))
        yield part


@pass_eval_context
def _replace(
    context: EvalContext,
    s: str,
    old: str,
    new: str,
    count: int | None = None,
) -> str:
    most = (len(s) + 1) * max(len(new), 1)
    if most > _LONGEST_TEXT * 10:
        raise OverflowError(_too_long(most))
    text: str = do_replace(context, s, old, new, count)
    return text
