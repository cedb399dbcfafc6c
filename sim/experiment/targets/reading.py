"""From a row to its measure: the one place where published rows are understood."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from sim.errors import DesistError
from sim.experiment.targets.cohort import Measured, Run
from sim.experiment.targets.customs import customs_of
from sim.experiment.targets.definitions import read_definition
from sim.experiment.targets.follow_up import FollowUp, read_follow_up
from sim.experiment.targets.index_events import ANY_DISPOSAL, Index, read_index
from sim.experiment.targets.offences import read_offences
from sim.experiment.targets.people import Follow, Mix
from sim.experiment.targets.plain_words import plain
from sim.experiment.targets.subgroups import PRIOR_OFFENCES, check, note_on
from sim.experiment.targets.system import Figure, read_figure, read_system
from sim.place import Place

Row = Mapping[str, str]

PERCENT, COUNTS = ("%", "percent", "per cent", "pct"), ("count", "arrests", "persons")
FACTOR = {**dict.fromkeys(PERCENT, 1.0), "share": 100.0, "proportion": 100.0}
PAROLE_YEARS = FollowUp(36)
"""The published cohort of parolees was followed for three years."""

MIX = {
    "releasee_sex_share": ("sex=", PAROLE_YEARS), "releasee_age_share": ("age=", PAROLE_YEARS),
    "prison_years_share": ("prison_years=", PAROLE_YEARS),
    "arrest_free_gang_share": ("gang=", FollowUp(36, free_months=12)),
}  # fmt: skip
"""Published shares of the people released to parole: quantity to how its subgroups begin, and of
whom they are shares."""

FELONIES = "arrests and convictions for any offence: the model does not tell felonies apart"
NO_CAUTIONS = "cautions, part of the published cohort, are not modelled"
OFFENCES = (
    "previous offences are inferred from convictions (sim/experiment/targets/prior_offences.py); "
    "cautions are not modelled"
)


class Reading(Protocol):
    """How a row is measured."""

    @property
    def observed(self) -> float:
        """Published value."""

    @property
    def months(self) -> int:
        """Recorded months that the measure needs."""

    @property
    def can_be_fitted(self) -> bool:
        """Whether calibration may use it; the others test it."""

    def measure(self, runs: Sequence[Run]) -> Measured | None:
        """Measure finished runs; None where nobody is behind the value."""


def read(row: Row, place: Place) -> Reading:
    """Read a row in the columns of ``sim/evidence/targets.csv``.

    Raises
    ------
    DesistError
        With the reason, and the nearest words, when the model cannot measure it.
    """
    where = row["target_id"]
    if row["role"] == "validation_trial":
        raise DesistError(
            "a trial is not a target", where,
            mend="describe it in a file under trial/ (docs/trials.md) and use --scenarios DIR",
        )  # fmt: skip
    definition, subgroup = row["definition"], row["subgroup"] or "all"
    observed = number(row["value"], "value", where)
    about = subgroup if plain(subgroup) != "all" else row["jurisdiction_cohort"]
    found: Reading | None = read_offences(definition, about, observed, row["unit"], where)
    found = found or read_system(row, place)
    return found or _follow(row, place, observed, subgroup)


def _follow(row: Row, place: Place, observed: float, subgroup: str) -> Follow:
    where, customs = row["target_id"], customs_of(place)
    definition = read_definition(row["definition"], where, customs.counts_proven,
                                 customs.returns_by_calendar)  # fmt: skip
    cohort, rest = plain(row["jurisdiction_cohort"]), plain(definition.rest)
    index = read_index(rest, plain(subgroup), cohort, where)
    if subgroup == "all":
        subgroup = _subgroup_in(f"{rest} {cohort}")
    if customs.counts_prior_offences or "previous offences" in rest:
        subgroup = re.sub(r"\bpriors?\b", PRIOR_OFFENCES, plain(subgroup))
    check(subgroup, where)
    follow_up = read_follow_up(row["t_years"], row["definition"], where)
    if definition.counted in ("during", "calendar") and follow_up.months % 12:
        raise DesistError(f"t_years is {row['t_years']}", where, why="expected a whole year")
    units: Sequence[str] = COUNTS if definition.counted == "mean" else tuple(FACTOR)
    if row["unit"] not in units:
        raise DesistError(f"unknown unit '{row['unit']}'", where, given=row["unit"], valid=units)
    events = index.events or (ANY_DISPOSAL if definition.proven else customs.releases)
    words = row["definition"].lower()
    notes = (
        index.note, note_on(subgroup), _cautions(definition.proven, events, subgroup),
        FELONIES if "felon" in words and "misdem" not in words else "",
    )  # fmt: skip
    note = "; ".join(filter(None, notes))
    return Follow(observed * FACTOR.get(row["unit"], 1.0), definition, index, events, subgroup,
                  follow_up, note)  # fmt: skip


def _cautions(proven: bool, events: tuple[int, ...], subgroup: str) -> str:
    if not proven or events != ANY_DISPOSAL:
        return ""
    return OFFENCES if PRIOR_OFFENCES in subgroup else NO_CAUTIONS


def _subgroup_in(words: str) -> str:
    """Sex or record that a cohort's name says itself."""
    previous = re.search(r"\b(no|\d+(?:-\d+|\+)?) (?:previous|prior) (?:offence|conviction)", words)
    sex = re.search(r"\b(women|females?|men|males?)\b", words)
    parts = [f"priors={previous[1].replace('no', '0')}"] if previous else []
    return " & ".join([*parts, *([f"sex={sex[1]}"] if sex else [])]) or "all"


def read_published_figure(figure: Row, place: Place) -> Reading | None:
    """Read a row of ``sim/evidence/jurisdictions.csv``; None when the model cannot measure it."""
    mix = MIX.get(figure["quantity"])
    if mix is None:
        return read_figure(Figure.of(figure), place)
    if figure["place"] != "georgia":
        return None
    start, follow_up = mix
    index, events = Index(supervised=True), customs_of(place).releases
    return Mix(float(figure["value"]), index, events, start + figure["subgroup"], follow_up)


def number(text: str, column: str, where: str) -> float:
    """A finite number from a column of a row.

    Raises
    ------
    DesistError
        For anything else.
    """
    try:
        found = float(text.replace(",", "") if column == "n" else text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise DesistError(f"{column} is '{text}'", where=where, why="expected a number")
    return found
