"""A place: the figures of one jurisdiction, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim import evidence
from sim.errors import DesistError


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
    def from_mapping(cls, name: str, mapping: Mapping[str, Any]) -> Place:
        """Check the contents of a jurisdiction file.

        Raises
        ------
        DesistError
            One line naming the entry at fault.
        """
        where = f"jurisdiction {name}"
        try:
            place = cls(name=name, **mapping)
        except (ValidationError, TypeError) as error:
            if isinstance(error, TypeError):
                raise DesistError("not a table of entries", where=where) from None
            first = error.errors()[0]
            at = ".".join(str(part) for part in first["loc"])
            raise DesistError(
                f"entry {at!r}: {first['msg']}", where=where,
                given=str(first["loc"][-1]) if first["loc"] else None,
                valid=cls.model_fields if first["type"] == "extra_forbidden" else (),
            ) from None  # fmt: skip
        place.check_sources()
        return place

    def stated(self) -> dict[tuple[str, str], Sourced]:
        """Every figure, parameter and dial of the status quo by (rule, name)."""
        return {
            (rule, name): sourced
            for group in (self.figures, self.parameters, self.dials)
            for rule, entries in group.items()
            for name, sourced in entries.items()
        }

    def check_sources(self) -> None:
        """Refuse a number whose source is neither evidence nor a reasoned assumption."""
        known = evidence.rows()
        for (rule, name), sourced in self.stated().items():
            where = f"jurisdiction {self.name}, {rule}.{name}"
            for source in (part.strip() for part in sourced.source.split(";")):
                if source in ("assumed", "fitted"):
                    if not sourced.note:
                        raise DesistError(
                            f"a number that is {source} needs a note", where=where,
                            mend="add 'note:' saying why, or to what it was fitted",
                        )  # fmt: skip
                elif source not in known:
                    raise DesistError(
                        f"unknown source {source!r}", where=where,
                        mend="name a row of the evidence tables, or write 'assumed' and a note",
                        given=source, valid=known,
                    )  # fmt: skip
