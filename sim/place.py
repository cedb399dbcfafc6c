"""A place: the figures of one jurisdiction, each with its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim import evidence
from sim.errors import DesistError

Where = Callable[[tuple[object, ...]], str]


class Sourced(BaseModel):
    """A value with where it comes from.

    ``source`` holds evidence ids separated by ``;``, ``assumed`` (then ``note`` says why) or
    ``fitted`` (then ``note`` says to which targets).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float | int | bool | dict[str, float]
    source: str
    note: str = ""
    unit: str = ""


class Place(BaseModel):
    """A jurisdiction as the model needs it.

    ``dials`` state the place's status quo where it differs from «none»: volunteers that it has, or
    conferences that it offers. They hold under every policy that does not set them otherwise.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    question: str = ""
    currency: str
    population: Sourced
    communities: int = Field(8, ge=1, le=60)
    prisons: int = Field(4, ge=1, le=60)
    figures: dict[str, dict[str, Sourced]] = {}
    parameters: dict[str, dict[str, Sourced]] = {}
    dials: dict[str, dict[str, Sourced]] = {}
    fit: list[str] = []

    @classmethod
    def from_mapping(
        cls, name: str, mapping: Mapping[str, Any], where: Where | None = None
    ) -> Place:
        """Check the contents of a jurisdiction file.

        Parameters
        ----------
        where
            Given the keys of an entry, says where the reader finds it; the place's name when None.

        Raises
        ------
        DesistError
            One line naming the entry at fault.
        """
        where = where or (lambda keys: f"jurisdiction {name}")
        if "name" in mapping:
            raise DesistError(
                "a place has no entry 'name'", where(("name",)), mend="its file's name is its name"
            )
        try:
            place = cls(name=name, **mapping)
        except ValidationError as error:
            raise _told(error, where) from None
        place.check_sources(where)
        return place

    def stated(self) -> dict[tuple[str, str], Sourced]:
        """Every figure, parameter and dial of the status quo by (rule, name)."""
        return {(rule, name): sourced for (_, rule, name), sourced in self._entries()}

    def _entries(self) -> Iterator[tuple[tuple[str, str, str], Sourced]]:
        for group in ("figures", "parameters", "dials"):
            for rule, entries in getattr(self, group).items():
                for name, sourced in entries.items():
                    yield (group, rule, name), sourced

    def check_sources(self, where: Where) -> None:
        """Refuse a number whose source is neither evidence nor a reasoned assumption."""
        known = evidence.rows()
        for (group, rule, name), sourced in self._entries():
            at = f"{where((group, rule, name))}, {rule}.{name}"
            for source in (part.strip() for part in sourced.source.split(";")):
                if source in ("assumed", "fitted"):
                    if not sourced.note:
                        raise DesistError(
                            f"a number that is {source} needs a note", where=at,
                            mend="add 'note:' saying why, or to what it was fitted",
                        )  # fmt: skip
                elif source not in known:
                    raise DesistError(
                        f"unknown source {source!r}", where=at,
                        mend="name a row of the evidence tables, or write 'assumed' and a note",
                        given=source, valid=known,
                    )  # fmt: skip


_OF_A_UNION = re.compile(r"float|int|bool|dict\[.*")
"""Members of the union that a value may be; pydantic names each that it tried."""


def _told(error: ValidationError, where: Where) -> DesistError:
    first = error.errors(include_url=False)[0]
    keys = tuple(key for key in first["loc"] if not _OF_A_UNION.fullmatch(str(key)))
    at = ".".join(str(key) for key in keys)
    if first["type"] == "missing":
        return DesistError(f"'{at}' is missing", where(keys), mend=f"add a line '{keys[-1]}: ...'")
    if first["type"] == "extra_forbidden":
        fields = Place.model_fields if len(keys) == 1 else Sourced.model_fields
        valid = [name for name in fields if name != "name"]
        return DesistError(f"unknown key '{at}'", where(keys), given=str(keys[-1]), valid=valid)
    why = first["msg"].removeprefix("Input ")
    if "dictionary" in why or "instance" in why:
        why = "expected lines of 'key: value'"
    return DesistError(f"the entry '{at}' cannot be used", where(keys), why=why)
