"""Targets that someone brings, in the column layout of ``sim/evidence/targets.csv``."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from pathlib import Path

from sim.errors import DesistError
from sim.experiment.validation.definitions import LONGEST_YEARS, read_definition
from sim.experiment.validation.subgroups import check
from sim.experiment.yaml_file import shown

COLUMNS = (
    "target_id", "role", "definition", "jurisdiction_cohort", "subgroup", "t_years", "value",
    "unit", "n", "source", "how_known", "notes",
)  # fmt: skip
MOST_ROWS, MOST_BYTES = 5_000, 5_000_000

ALSO_CALLED = {
    "us_states": ("us", "u.s.", "usa", "united states"), "england_wales": ("england & wales",),
}  # fmt: skip
"""Beginnings of a cohort's name that mean a shipped place, besides its name and title."""

SHARES, COUNTS = ("%", "share"), ("count",)

Target = Mapping[str, str]


def read_targets(path: Path, titles: Mapping[str, str]) -> dict[str, list[Target]]:
    """Read and check a file of targets.

    Parameters
    ----------
    titles
        Title of every place by name.

    Returns
    -------
    dict
        Place to its targets: the columns as text, shares turned into per cent.

    Raises
    ------
    DesistError
        For the first thing that cannot be used, with file and line.
    """
    file = shown(path)
    found: dict[str, list[Target]] = {}
    seen: dict[str, int] = {}
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
        seen[identity] = reader.line_num
        if len(seen) > MOST_ROWS:
            raise DesistError(f"more than {MOST_ROWS:,} targets", where=file)
        target, place = checked(line, titles, where)
        found.setdefault(place, []).append(target)
    if not seen:
        raise DesistError("the file has no targets", where=file)
    return found


def checked(line: Target, titles: Mapping[str, str], where: str) -> tuple[Target, str]:
    """Check one target; return it in per cent or as a count, and its place."""
    if line["role"] == "validation_trial":
        raise DesistError(
            "a trial is not a target", where=where,
            mend="describe it in a file under trial/ (docs/trials.md) and use --scenarios DIR",
        )  # fmt: skip
    place = place_of(line["jurisdiction_cohort"], titles)
    if place is None:
        cohort = line["jurisdiction_cohort"]
        raise DesistError(
            f"unknown place in jurisdiction_cohort '{cohort}'", where=where,
            why="it must begin with the name of a place", given=cohort.split(",")[0], valid=titles,
        )  # fmt: skip
    definition = read_definition(line["definition"], where)
    check(line["subgroup"] or "all", where)
    years = _number(line["t_years"], "t_years", where)
    if not 1.0 / 24.0 < years <= LONGEST_YEARS:
        raise DesistError(f"t_years is {years:g}", where=where,
                          why=f"expected a month (0.0833) to {LONGEST_YEARS:g} years")  # fmt: skip
    if definition.counted in ("during", "calendar") and years != round(years):
        raise DesistError(f"t_years is {years:g}", where=where, why="expected a whole year")
    value = _number(line["value"], "value", where)
    units = COUNTS if definition.counted == "mean" else SHARES
    if line["unit"] not in units:
        raise DesistError(f"unknown unit '{line['unit']}'", where=where, given=line["unit"],
                          valid=units)  # fmt: skip
    factor = 100.0 if line["unit"] == "share" else 1.0
    if not 0.0 <= value * factor <= (100.0 if units is SHARES else math.inf):
        raise DesistError(f"value is {value:g} {line['unit']}", where=where,
                          why="expected 0 to 100 %, or a share from 0 to 1")  # fmt: skip
    if line["n"]:
        n = _number(line["n"], "n", where)
        if n < 1 or n != round(n):
            raise DesistError(f"n is {line['n']}", where=where, why="expected a number of people")
    unit = "%" if units is SHARES else "count"
    subgroup = line["subgroup"] or "all"
    target = {**line, "value": repr(value * factor), "unit": unit, "subgroup": subgroup}
    return target, place


def place_of(cohort: str, titles: Mapping[str, str]) -> str | None:
    """The place whose name begins a cohort's; the longest such name wins.

    >>> place_of("US 30 states, released 2005", {"us_states": "United States (2005)"})
    'us_states'
    """
    text = _folded(cohort)
    found = []
    for name, title in titles.items():
        called = (name, title.partition("(")[0], title.partition(",")[0],
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


def _number(text: str, column: str, where: str) -> float:
    try:
        number = float(text.replace(",", "") if column == "n" else text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DesistError(f"{column} is '{text}'", where=where, why="expected a number")
    return number
