"""Which values a parameter takes."""

from typing import Final

from reporter.spec.model import Parameter, ParameterValue

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
}
IN_WORDS: Final = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
}


def fits(parameter: Parameter, value: ParameterValue) -> bool:
    """Whether a value is of the parameter's type; true and false are no numbers."""
    is_flag = isinstance(value, bool)
    return isinstance(value, _TYPES[parameter.type]) and is_flag == (parameter.type == "boolean")
