"""Targets that someone brings, in the column layout of ``sim/evidence/targets.csv``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.errors import DesistError
from sim.experiment.targets.reading import FACTOR, number, read
from sim.experiment.yaml_file import shown
from sim.place import Place

COLUMNS = (
    "target_id", "role", "definition", "jurisdiction_cohort", "subgroup", "t_years", "value",
    "unit", "n", "source", "how_known", "notes",
)  # fmt: skip
MOST_ROWS, MOST_BYTES = 5_000, 5_000_000

ALSO_CALLED = {
    "us_states": ("us", "u.s.", "usa", "united states", "american"),
    "england_wales": ("england & wales", "england", "e&w"),
    "japan": ("japanese",), "france": ("french",),
}  # fmt: skip
"""Beginnings of a cohort's name that mean a shipped place, besides its name and title."""

LEADING = re.compile(
    r"^((the|\d+|people|persons|adults|men|women|prisoners|parolees|all|those|cohort|releases?"
    r"|released|leaving|prison|prisons|from|in|of) )+"
)
"""Words that may stand before the place, as in «people released from prison in Japan, 2016»."""

Target = Mapping[str, str]


@dataclass(frozen=True)
class Brought:
    """A file of targets, sorted out.

    Attributes
    ----------
    targets
        Place to the targets that can be measured: the columns as text.
    refused
        Place, or the name of the cohort where none is recognised; target; why not measured.
    """

    targets: Mapping[str, list[Target]]
    refused: tuple[tuple[str, Target, str], ...] = ()


def read_targets(path: Path, places: Mapping[str, Place]) -> Brought:
    """Read a file of targets, and tell those that can be measured from those that cannot.

    Parameters
    ----------
    places
        Every place by name.

    Raises
    ------
    DesistError
        For a file that is no table of targets, with file and line: a missing column, a value that
        is not a number, an id that appears twice.
    """
    titles = {name: place.title for name, place in places.items()}
    targets: dict[str, list[Target]] = {}
    refused = []
    for line, where in _lines(path):
        _check_numbers(line, where)
        name = place_of(line["jurisdiction_cohort"], titles)
        try:
            if name is None:
                raise _unknown_place(line, titles)
            read(line, places[name])
        except DesistError as error:
            refused.append((name or line["jurisdiction_cohort"][:60], line, told(error)))
        else:
            assert name is not None
            targets.setdefault(name, []).append(line)
    if not targets and not refused:
        raise DesistError("the file has no targets", where=shown(path))
    return Brought(targets, tuple(refused))


def told(error: DesistError) -> str:
    """Why a row is not measured; its id stands beside the note."""
    return DesistError(error.what, None, error.why, error.mend, error.given, error.valid).line()


def _unknown_place(line: Target, titles: Mapping[str, str]) -> DesistError:
    cohort = line["jurisdiction_cohort"]
    if line["role"] == "validation_trial":
        return DesistError(
            "a trial is not a target",
            mend="describe it in a file under trial/ (docs/trials.md) and use --scenarios DIR",
        )  # fmt: skip
    return DesistError(
        f"unknown place in jurisdiction_cohort '{cohort}'",
        why="it must begin with the name of a place", given=cohort.split(",")[0], valid=titles,
    )  # fmt: skip


def _lines(path: Path) -> Iterator[tuple[Target, str]]:
    """Rows as text, each with its place in the file."""
    file = shown(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DesistError("the file is too large", where=file, mend="give at most 5 MB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise DesistError(f"cannot read '{path}'", where="targets=", why=why) from None
    except UnicodeDecodeError:
        raise DesistError("the file is not UTF-8 text", where=file) from None
    reader = csv.DictReader(text.splitlines())
    given = [str(name).strip() for name in reader.fieldnames or ()]
    reader.fieldnames = given
    for column in COLUMNS:
        if column not in given:
            mend = f"expected {', '.join(COLUMNS)}"
            raise DesistError(f"the column '{column}' is missing", where=file, mend=mend,
                              given=column, valid=given)  # fmt: skip
    seen = set()
    for row in reader:
        where = f"{file}:{reader.line_num}"
        if None in row or None in row.values():
            raise DesistError(f"the line has not {len(given)} entries", where=where,
                              mend="put text with commas in quotes")  # fmt: skip
        line = {name: str(value).strip() for name, value in row.items()}
        identity = line["target_id"]
        if not identity or identity in seen:
            twice = f"'{identity}' appears twice" if identity else "the target has no target_id"
            raise DesistError(twice, where=where)
        seen.add(identity)
        if len(seen) > MOST_ROWS:
            raise DesistError(f"more than {MOST_ROWS:,} targets", where=file)
        yield line, where


def _check_numbers(line: Target, where: str) -> None:
    if line["role"] == "validation_trial":
        return  # some have published a sign only
    value, factor = number(line["value"], "value", where), FACTOR.get(line["unit"])
    if factor is not None and not 0.0 <= value * factor <= 100.0:
        raise DesistError(f"value is {value:g} {line['unit']}", where=where,
                          why="expected 0 to 100 %, or a share from 0 to 1")  # fmt: skip
    if line["n"]:
        n = number(line["n"], "n", where)
        if n < 1 or n != round(n):
            raise DesistError(f"n is {line['n']}", where=where, why="expected a number of people")


def place_of(cohort: str, titles: Mapping[str, str]) -> str | None:
    """The place whose name begins a cohort's; the longest such name wins.

    >>> place_of("US 30 states, released 2005", {"us_states": "United States (2005)"})
    'us_states'
    """
    text = _folded(cohort)
    return _beginning(text, titles) or _beginning(LEADING.sub("", text), titles)


def _beginning(text: str, titles: Mapping[str, str]) -> str | None:
    found = []
    for name, title in titles.items():
        called = (name, title, title.partition("(")[0], title.partition(",")[0],
                  *ALSO_CALLED.get(name, ()))  # fmt: skip
        found += [
            (len(word), name)
            for word in map(_folded, called)
            if word and (text == word or text.startswith(word + " "))
        ]
    return max(found)[1] if found else None


def _folded(text: str) -> str:
    words = re.sub(r"[^a-z0-9.]+", " ", text.lower().replace("&", " and "))
    return words.strip()
