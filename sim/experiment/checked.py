"""Values from files and the command line, checked field by field; one line says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.errors import DesistError

Where = Callable[[tuple[object, ...]], str]
T = TypeVar("T", bound=BaseModel)


def checked(model: type[T], content: Mapping[str, Any], where: Where) -> T:
    """Check content against a model.

    Parameters
    ----------
    where
        Given the keys of a value, says where the reader finds it (file and line, or option).

    Raises
    ------
    DesistError
        For the first field that cannot be used.
    """
    try:
        return model.model_validate(dict(content))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _told(first, model, where) from None


def _told(detail: ErrorDetails, model: type[BaseModel], where: Where) -> DesistError:
    keys = detail["loc"]
    name = ".".join(str(key) for key in keys)
    place = where(keys)
    if detail["type"] == "extra_forbidden":
        valid = _fields(model, keys)
        return DesistError(f"unknown key '{name}'", where=place, given=str(keys[-1]), valid=valid)
    if detail["type"] == "missing":
        return DesistError(f"'{name}' is missing", where=place, mend=f"add a line '{name}: ...'")
    value, given = detail["input"], detail.get("ctx", {})
    if detail["type"] == "literal_error":
        return DesistError(
            f"unknown {name} '{value}'", where=place, given=str(value), valid=_words(given)
        )
    return DesistError(
        f"{name} is {_short(value)}", where=place, why=_rule(detail["type"], given, detail["msg"])
    )


def _fields(model: type[BaseModel], keys: tuple[int | str, ...]) -> tuple[str, ...]:
    """Names that would have been accepted where an unknown one stands."""
    if len(keys) == 1:
        return tuple(model.model_fields)
    inner = _model_in(model.model_fields[str(keys[0])].annotation)
    return tuple((inner or model).model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The model that a field holds, alone or in a container."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _words(given: Mapping[str, Any]) -> list[str]:
    """Names out of pydantic's sentence ``'a', 'b' or 'c'``."""
    return re.findall(r"'([^']+)'", str(given.get("expected", "")))


def _rule(kind: str, given: Mapping[str, Any], message: str) -> str:
    """Say what would have been accepted."""
    limits = {
        "greater_than_equal": ("it must be at least", "ge"),
        "greater_than": ("it must be more than", "gt"),
        "less_than_equal": ("it must be at most", "le"),
        "less_than": ("it must be less than", "lt"),
    }
    if kind in limits:
        words, key = limits[kind]
        limit = given[key]
        return f"{words} {limit:,}" if isinstance(limit, int) else f"{words} {limit:g}"
    plain = {
        "int_parsing": "expected a whole number",
        "int_type": "expected a whole number",
        "int_from_float": "expected a whole number",
        "float_parsing": "expected a number",
        "float_type": "expected a number",
        "string_type": "expected text",
        "tuple_type": "expected a list",
        "dict_type": "expected lines of 'key: value'",
        "too_short": "expected at least one",
    }
    return plain.get(kind, message.removeprefix("Value error, ").removeprefix("Input should be "))


def _short(value: object) -> str:
    text = str(value) if not isinstance(value, str) else f"'{value}'"
    return text if len(text) <= 40 else text[:37] + "..."
