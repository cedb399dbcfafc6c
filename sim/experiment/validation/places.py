"""Places under their status quo, each target beside what the model predicts for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim import evidence
from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment import fit_georgia, fit_measures, fit_system
from sim.experiment.calibration.likelihood import model_sd
from sim.experiment.fit import Fit, named, rows_of
from sim.experiment.validation.definitions import Observed, measure, read_definition
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
from sim.records import RELEASE_PRISON, RELEASE_SHORT
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
    observed = Observed(world.records.finish(), world.records.log("arrest"))
    fitted = rows_of(run.place, [observed.recorded], run.persons)
    found = [("calibration", row) for row in fitted]
    used = {row.id for row in fitted}
    held = [*_held_out(run, observed, titles), *_held_out_figures(run, observed)]
    found += [("held out", row) for row in held if row.id not in used]
    found += [("foreign", row) for row in _generic(run.place, foreign, observed)]
    sizes = {t["target_id"]: t["n"] for t in (*evidence.table("targets"), *foreign)}
    return [
        {"kind": kind, "published_n": float(sizes.get(row.id) or 0.0), **row.__dict__}
        for kind, row in found
        if row.n >= 1  # a subgroup may weigh less than one person in a small world
    ]


def months_for(foreign: Sequence[Target], months: int) -> int:
    """Recorded months that all brought targets need, ``months`` at least."""
    needed = [
        read_definition(t["definition"], "target").months_needed(float(t["t_years"]))
        for t in foreign
    ]
    return max([months, *needed])


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
    sampling, low_observed, high_observed = 0.0, None, None
    if row.unit == "%" and published_n > 0:
        sampling = binomial_sd(row.simulated, published_n)
        low_observed, high_observed = wilson(row.observed, published_n)
    sd = float(np.sqrt(chance**2 + model**2 + sampling**2))
    low, high = interval(row.simulated, sd, row.unit)
    z = (row.observed - row.simulated) / sd
    return Scored(
        kind, where, row.id, row.observed, row.simulated, low, high, bool(abs(z) <= Z95),
        row.definition, row.subgroup, row.unit, low_observed, high_observed,
        row.simulated - row.observed, z, note=row.note, source=row.source,
    )  # fmt: skip


def not_predicted(kind: str, where: str, target: Target) -> Scored:
    """A target that was brought but could not be measured."""
    return Scored(
        kind, where, target["target_id"], float(target["value"]), None, None, None, None,
        target["definition"], target["subgroup"], target["unit"],
        note="nobody in the simulated cohort: simulate more persons", source=target["source"],
    )  # fmt: skip


def _held_out(run: Run, observed: Observed, titles: Mapping[str, str]) -> Iterator[Fit]:
    """Published targets of the place's cohorts that it is not fitted to."""
    ours = []
    for target in evidence.table("targets"):
        if target["role"] == "validation_trial":
            continue
        if place_of(target["jurisdiction_cohort"], titles) != run.place.name:
            continue
        if target["target_id"].startswith("density_"):
            if not named(run.place, target["target_id"]):
                measured = fit_system.measure_target(target, [observed.recorded])
                yield from _row(target, measured)
            continue
        ours.append(target)
    yield from _generic(run.place, ours, observed, is_strict=False)


def _generic(
    place: Place, targets: Sequence[Target], observed: Observed, is_strict: bool = True
) -> Iterator[Fit]:
    """Measure targets by the words of their definitions."""
    stated = place.stated().get(("disposal", "short_custody_in_prison"))
    both = stated is not None and bool(stated.value)
    releases = (RELEASE_PRISON, RELEASE_SHORT) if both else (RELEASE_PRISON,)
    for target in targets:
        try:
            definition = read_definition(target["definition"], target["target_id"])
            measured = measure(definition, target["subgroup"], float(target["t_years"]),
                               [observed], releases)  # fmt: skip
        except (DesistError, ValueError):
            # Of the shipped table, what the words do not cover is left out, as in desist fit.
            if is_strict:
                raise
            continue
        yield from _row(target, measured)


def _row(target: Target, measured: fit_measures.Measured | None) -> Iterator[Fit]:
    if measured is not None:
        value, n, note = measured
        published = float(target["value"])
        yield Fit(
            target["target_id"], target["definition"], target["subgroup"], target["unit"],
            published, value, value - published, n, target["source"], target["how_known"],
            "; ".join(part for part in (note, target["notes"]) if part),
        )  # fmt: skip


WHOLE = (
    "all", "all except traffic", "of detained", "of prison stock", "sentenced, all",
    "state prisons",
)  # fmt: skip
"""Subgroups of a figure of the system that mean all that the model counts."""


def _held_out_figures(run: Run, observed: Observed) -> Iterator[Fit]:
    """Published figures of the system that the place neither is fitted to nor takes as input.

    The measures of the system know few subgroups, so a figure must be of the whole, or of the same
    quantity and subgroup as one that the place uses: another year of it. Delays are left out: a
    mean over all courts is no prediction of one court's median.
    """
    place = run.place
    figures = [f for f in evidence.table("jurisdictions") if f["place"] == place.name]
    sources = [s.source for s in (place.population, *place.stated().values())]
    cited = {part.strip() for source in sources for part in source.split(";")}
    used = {f["id"] for f in figures if f["id"] in cited or named(place, f["id"])}
    alike = {(f["quantity"], f["subgroup"]) for f in figures if f["id"] in used}
    for figure in figures:
        if figure["id"] in used:
            continue
        measured = fit_georgia.measure_share(figure, [observed.recorded])
        is_whole = figure["subgroup"] in WHOLE
        is_alike = (figure["quantity"], figure["subgroup"]) in alike
        is_delay = figure["quantity"] in fit_system.DAYS
        if measured is None and (is_whole or is_alike) and not is_delay:
            measured = fit_system.measure_figure(figure, [observed.recorded], run.persons, place)
        if measured is not None:
            published, value, n, unit, note = measured
            yield Fit(
                figure["id"], figure["quantity"].replace("_", " "), figure["subgroup"], unit,
                published, value, value - published, n, figure["source"], figure["how_known"],
                "; ".join(part for part in (figure["year"], note) if part),
            )  # fmt: skip
