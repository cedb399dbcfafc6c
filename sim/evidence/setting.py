"""Where a row comes from, and what is assumed when its number is used somewhere else.

The country of an effect is read from the words of its population, that of a target from its
cohort, that of a figure from its place. A row whose words name no country (a pooled set of
studies) or several is taken as international.

A model of any place takes its parameters from wherever they were measured. That is an assumption,
so it is written down: ``transport.csv`` has a line for every parameter whose default rests on
studies of one country only, with the reason to carry the number elsewhere and what may go wrong.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from sim.evidence import Row

COUNTRIES: dict[str, str] = {
    "United States": r"\bUS\b|NYC|New York|Georgia|Broward|Florida|California|Chicago|Minnesota"
    r"|Ohio|Iowa|Oregon|Washington|Harris County|Philadelphia|Pennsylvania|Pittsburgh|Louisiana"
    r"|New Orleans|Maryland|Michigan|Milwaukee|\bNJ\b|Oklahoma|Suffolk County|Charleston|30 states"
    r"|Orange, Sacramento|432 men|LIFE|CEO|Supported Work|NSW ex-offenders",
    "England and Wales": r"England|E&W|\bUK\b|Great Britain|London",
    "Northern Ireland": r"Northern Ireland",
    "Japan": r"Japan",
    "France": r"France|French",
    "Italy": r"Ital|Bollate",
    "Norway": r"Norway",
    "Denmark": r"Denmark|Danish",
    "Netherlands": r"Netherlands",
    "Germany": r"German",
    "Canada": r"\bCAN\b|British Columbia",
    "Australia": r"New South Wales|Canberra|Victoria, Australia",
    "New Zealand": r"New Zealand|\bNZ\b",
    "Spain": r"Barcelona",
    "Argentina": r"Buenos Aires",
    "Czech Republic": r"Czech",
    "Belgium": r"Belgium",
    "Council of Europe": r"Council of Europe|Europe|Slovenia|Cyprus|Romania|Sweden|Finland",
}
"""Country -> words by which a population shows it."""

PLACES = {
    "us_states": "United States",
    "georgia": "United States",
    "england_wales": "England and Wales",
    "japan": "Japan",
    "france": "France",
    "europe_median": "Council of Europe",
}
"""Country of the places that ship; a place of a user's own has none and is not compared."""

SAME_SAMPLE = dict.fromkeys(
    ("as above", "same experiment (2020 version)", "401,288; 67,966 sampled"), "United States"
)
"""Populations that point at the row before or at a known cohort: all of these are American."""


def countries(row: Row) -> frozenset[str]:
    """Countries that a row speaks of; empty when its words name none.

    >>> from sim.evidence import rows
    >>> sorted(countries(rows()["fta_reminders"])), sorted(countries(rows()["cbt_meta_rct"]))
    (['United States'], [])
    """
    if row.table == "jurisdictions":
        return frozenset(filter(None, [PLACES.get(row.fields["place"])]))
    words = row.fields["population" if row.table == "register" else "jurisdiction_cohort"]
    if words in SAME_SAMPLE:
        return frozenset([SAME_SAMPLE[words]])
    return frozenset(name for name, pattern in COUNTRIES.items() if re.search(pattern, words))


@cache
def transport() -> dict[str, str]:
    """What is assumed in using a parameter outside its setting, by ``rule.name``."""
    text = files("sim.evidence").joinpath("transport.csv").read_text(encoding="utf-8")
    return {line["parameter"]: line["assumption"] for line in csv.DictReader(text.splitlines())}
