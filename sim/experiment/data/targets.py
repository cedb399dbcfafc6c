"""A cohort as targets, in the columns of ``sim/evidence/targets.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.experiment.data.people import INDEX, OUTCOMES, People
from sim.experiment.data.survival import Point, curve

Target = dict[str, str]
COLUMNS = ("target_id", "role", "definition", "jurisdiction_cohort", "subgroup", "t_years",
           "value", "unit", "n", "source", "how_known", "notes")  # fmt: skip
AGES = ("age<25", "age25-34", "age35-44", "age45+")
LEAST_PEOPLE = 30
"""People that a group must hold; smaller ones are left out, also so that nobody can be told."""

BANDS_OF_PRIORS = 3


def prefix_of(name: str) -> str:
    """Beginning of the ids of a file's targets.

    >>> prefix_of("Rossi data")
    'data_rossi_data_'
    """
    return f"data_{_slug(name)}_"


def targets_of(people: People, source: str) -> list[Target]:
    """Cumulative share by month for everybody; at whole years by sex, age, priors and offence."""
    everybody = curve(people.frame, people.grid_months)
    found = [_target(people, "all", point, source, "") for point in everybody]
    months = _year_ends([point.month for point in everybody])
    for subgroup, chosen, note in groups(people.frame):
        for point in curve(people.frame[chosen], people.grid_months):
            if point.month in months:
                found.append(_target(people, subgroup, point, source, note))
    return found


def groups(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series, str]]:
    """Subgroups that are large enough, and differ from everybody: name, rows, note."""
    for subgroup, chosen, note in _all_groups(frame):
        if LEAST_PEOPLE <= int(chosen.sum()) < len(frame):
            yield subgroup, chosen, note


def _all_groups(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series, str]]:
    if "male" in frame:
        yield "sex=male", frame["male"] == 1.0, ""
        yield "sex=female", frame["male"] == 0.0, ""
    if "age_years" in frame:
        edges = (0.0, 25.0, 35.0, 45.0, np.inf)
        years = frame["age_years"].where(frame["age_band"].isna())
        for subgroup, low, high in zip(AGES, edges, edges[1:], strict=False):
            yield subgroup, (years >= low) & (years < high), ""
        for band in sorted(frame["age_band"].dropna().unique()):
            yield str(band), frame["age_band"] == band, ""
    if "priors" in frame:
        yield from _bands_of_priors(frame["priors"])
    if "offence" in frame:
        for group in sorted(frame["offence"].dropna().unique()):
            yield f"offence={group}", frame["offence"] == group, ""


def _bands_of_priors(priors: pd.Series) -> Iterator[tuple[str, pd.Series, str]]:
    """Thirds by record, as ties allow. The model compares ranks: files count records differently.

    Ranks are shares of the people whose priors are known, from the lowest.
    """
    known = priors.dropna()
    if known.empty:
        return
    share = known.value_counts(normalize=True).sort_index().cumsum()
    low_rank, lowest = 0.0, -np.inf
    for band in range(1, BANDS_OF_PRIORS + 1):
        reached = share[share >= band / BANDS_OF_PRIORS - 1e-9]
        highest, rank = float(reached.index[0]), float(reached.iloc[0])
        if highest <= lowest:
            continue
        chosen = (priors > lowest) & (priors <= highest)
        least = float(known[known > lowest].min())
        note = f"priors {least:g} to {highest:g}, by rank of record"
        yield f"priors rank {low_rank:.4f}-{min(rank, 1.0):.4f}", chosen, note
        low_rank, lowest = rank, highest


def _year_ends(months: list[int]) -> set[int]:
    ends = {month for month in months if month % 12 == 0}
    return ends or set(months[-1:])


def _target(people: People, subgroup: str, point: Point, source: str, note: str) -> Target:
    group = "" if subgroup == "all" else f"{_slug(subgroup)}_"
    identity = f"{prefix_of(people.name)}{people.outcome}_{group}m{point.month:02d}"
    return {
        "target_id": identity,
        "role": "calibration",
        "definition": definition_of(people.outcome, people.index),
        "jurisdiction_cohort": people.name,
        "subgroup": subgroup,
        "t_years": f"{point.month / 12.0:.4f}",
        "value": f"{100.0 * point.share:.4f}",
        "unit": "%",
        "n": str(point.n),
        "source": source,
        "how_known": "user_file",
        "notes": note,
    }


def definition_of(outcome: str, index: str) -> str:
    """What is counted, and from when.

    >>> definition_of("rearrest", "release_from_prison")
    'cumulative % with first arrest, after release from prison'
    """
    return f"{OUTCOMES[outcome]}, after {INDEX[index]}"


def _slug(text: str) -> str:
    text = text.replace("<=", " le ").replace("<", " lt ").replace(">=", " ge ")
    text = text.replace("+", " plus")
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
