"""Places under their status quo, each target beside what the model predicts for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim import evidence
from sim.assembly import build_rules
from sim.experiment.calibration.likelihood import model_sd
from sim.experiment.fit import Fit, fit_of, named, readable, rows_of
from sim.experiment.targets import system
from sim.experiment.targets.cohort import Run as Finished
from sim.experiment.targets.reading import MIX, read, read_published_figure
from sim.experiment.validation.cohorts import cohort_sd
from sim.experiment.validation.foreign import Target, place_of
from sim.experiment.validation.score import (
    Z95,
    Scored,
    binomial_sd,
    interval,
    pool,
    simulation_sd,
    wilson,
)  # fmt: skip
from sim.place import Place
from sim.world import World


@dataclass(frozen=True)
class Run:
    """One world to simulate: a place, how large, how long, with which luck."""

    place: Place
    persons: int
    months: int
    warmup_months: int
    seed: int


def simulate(
    run: Run, foreign: Sequence[Target], titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Simulate one world and measure every target on it.

    Returns
    -------
    list of dict
        ``kind`` (calibration, held out or foreign), ``n`` of the published cohort, and the fields
        of `Fit`.
    """
    world = World(run.place, build_rules(run.place), run.persons, run.seed,
                  warmup_months=run.warmup_months)  # fmt: skip
    world.run_to(run.months)
    runs = [Finished.of(world, run.persons)]
    fitted = rows_of(run.place, runs)
    found = [("calibration", row) for row in fitted]
    used = {row.id for row in fitted}
    held = [*_held_out(run.place, runs, titles), *_held_out_figures(run.place, runs)]
    found += [("held out", row) for row in held if row.id not in used]
    found += [("foreign", row) for row in _measured(run.place, foreign, runs)]
    sizes = {t["target_id"]: t["n"] for t in (*evidence.table("targets"), *foreign)}
    return [
        {"kind": kind, "published_n": published_n(sizes.get(row.id)), **row.__dict__}
        for kind, row in found
        if row.n >= 1  # a subgroup may weigh less than one person in a small world
    ]


def published_n(text: str | None) -> float:
    """People in a published cohort; 0 where it is not known."""
    return float((text or "0").replace(",", ""))


def months_for(place: Place, foreign: Sequence[Target], months: int) -> int:
    """Recorded months that all brought targets need, ``months`` at least."""
    return max([months, *(read(target, place).months for target in foreign)])


def scored(where: str, parts: Sequence[Sequence[Mapping[str, Any]]]) -> list[Scored]:
    """Pool what the replications measured, and set it beside what was observed."""
    found = []
    for rows in zip(*_aligned(parts), strict=True):
        first = rows[0]
        fields = {k: v for k, v in first.items() if k not in ("kind", "published_n")}
        predicted = pool([r["simulated"] for r in rows], [r["n"] for r in rows])
        chance = simulation_sd(first["unit"], [r["simulated"] for r in rows],
                               [r["n"] for r in rows])  # fmt: skip
        one = Fit(**fields | {"simulated": predicted, "n": sum(r["n"] for r in rows)})
        found.append(score(first["kind"], where, one, chance, first["published_n"]))
    return found


def _aligned(parts: Sequence[Sequence[Mapping[str, Any]]]) -> list[list[Mapping[str, Any]]]:
    """Targets that every replication could measure, in the same order."""
    tables = [{(row["kind"], row["id"]): row for row in part} for part in parts]
    keys = [key for key in tables[0] if all(key in table for table in tables)]
    return [[table[key] for key in keys] for table in tables]


def score(kind: str, where: str, row: Fit, chance: float, published_n: float) -> Scored:
    """Judge one prediction.

    Parameters
    ----------
    chance
        Standard error of the simulated value.
    published_n
        People in the published cohort; 0 where unknown (its sampling error is then left out).
    """
    # The model error of a figure is relative to it; a prediction must not know what was observed.
    model = model_sd(replace(row, observed=row.simulated))
    # A target that is brought is of another cohort than those the place is fitted to.
    another = cohort_sd(row.simulated) if kind == "foreign" and row.unit == "%" else 0.0
    sampling, low_observed, high_observed = 0.0, None, None
    if row.unit == "%" and published_n > 0:
        sampling = binomial_sd(row.simulated, published_n)
        low_observed, high_observed = wilson(row.observed, published_n)
    sd = float(np.sqrt(chance**2 + model**2 + another**2 + sampling**2))
    low, high = interval(row.simulated, sd, row.unit)
    z = (row.observed - row.simulated) / sd
    return Scored(
        kind, where, row.id, row.observed, row.simulated, low, high, bool(abs(z) <= Z95),
        row.definition, row.subgroup, row.unit, low_observed, high_observed,
        row.simulated - row.observed, z, note=row.note, source=row.source,
    )  # fmt: skip


NOBODY = "nobody in the simulated cohort: simulate more persons"


def not_predicted(kind: str, where: str, target: Target, why: str = NOBODY) -> Scored:
    """A target that was brought but could not be measured, and why."""
    try:
        observed = float(target["value"])
    except ValueError:
        observed = None  # a published sign, in a row about a trial
    return Scored(
        kind, where, target["target_id"], observed, None, None, None, None,
        target["definition"], target["subgroup"], target["unit"], note=why,
        source=target["source"],
    )  # fmt: skip


def _held_out(place: Place, runs: Sequence[Finished], titles: Mapping[str, str]) -> Iterator[Fit]:
    """Published targets of the place's cohorts, whether it is fitted to them or not."""
    ours = [
        target for target in evidence.table("targets")
        if place_of(target["jurisdiction_cohort"], titles) == place.name
    ]  # fmt: skip
    return _measured(place, ours, runs)


def _measured(place: Place, targets: Sequence[Target], runs: Sequence[Finished]) -> Iterator[Fit]:
    for target in targets:
        reading = readable(target, place)
        measured = None if reading is None else reading.measure(runs)
        if measured is not None:
            row = fit_of(target, measured)
            yield replace(row, note="; ".join(filter(None, (row.note, target["notes"]))))


WHOLE = (
    "all", "all except traffic", "of detained", "of prison stock", "sentenced, all",
    "state prisons",
)  # fmt: skip
"""Subgroups of a figure of the system that mean all that the model counts."""


def _held_out_figures(place: Place, runs: Sequence[Finished]) -> Iterator[Fit]:
    """Published figures of the system that the place neither is fitted to nor takes as input.

    The measures of the system know few subgroups, so a figure must be of the whole, or of the same
    quantity and subgroup as one that the place uses: another year of it. Delays are left out: a
    mean over all courts is no prediction of one court's median.
    """
    figures = [f for f in evidence.table("jurisdictions") if f["place"] == place.name]
    sources = [s.source for s in (place.population, *place.stated().values())]
    cited = {part.strip() for source in sources for part in source.split(";")}
    used = {f["id"] for f in figures if f["id"] in cited or named(place, f["id"])}
    alike = {(f["quantity"], f["subgroup"]) for f in figures if f["id"] in used}
    for figure in figures:
        is_share = figure["quantity"] in MIX
        is_whole = figure["subgroup"] in WHOLE
        is_alike = (figure["quantity"], figure["subgroup"]) in alike
        is_delay = figure["quantity"] in system.DAYS
        if figure["id"] in used or is_delay or not (is_share or is_whole or is_alike):
            continue
        reading = read_published_figure(figure, place)
        measured = None if reading is None else reading.measure(runs)
        if measured is not None:
            row = fit_of(figure, measured)
            yield replace(row, note="; ".join(filter(None, (figure["year"], row.note))))
