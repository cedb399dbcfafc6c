"""Simulate one batch: the common past once, then one fork per arm."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.access import groups
from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment.cells import Arm, Batch, digest
from sim.experiment.outcomes import Cohort, Series, outcome_rows
from sim.experiment.pasts import laid_over
from sim.experiment.store import ArmResult, outcome_columns, series_columns
from sim.experiment.time_limit import TimeLimitError, time_limit
from sim.place import Place
from sim.rules import Rule, registry
from sim.world import Snapshot, World


@dataclass(frozen=True)
class ArmFailure:
    """An arm that raised: one line, and where it happened."""

    arm: Arm
    error: str
    trace: str


def simulate(batch: Batch) -> list[ArmResult | ArmFailure]:
    """Simulate a batch: the baseline's rules up to ``start``, then every arm from a snapshot.

    An error in one arm does not touch the others; one in the common past is raised.
    """
    with time_limit(batch.cell_seconds):
        snapshot = _past(batch)
    return [_arm(batch, arm, snapshot) for arm in batch.arms]


def _past(batch: Batch) -> Snapshot:
    rules = build_rules(place_of(batch), batch.past_dials, batch.parameters, batch.folders)
    past = World(
        place_of(batch), rules, batch.persons, batch.seed, warmup_months=batch.warmup_months
    )
    past.run_to(batch.start)
    return past.snapshot()


def _arm(batch: Batch, arm: Arm, past: Snapshot) -> ArmResult | ArmFailure:
    try:
        with time_limit(batch.cell_seconds):
            world = World.resume(past, rules=rules_of(batch, arm))
            world.run_to(batch.months)
            return ArmResult(arm, tables_of_world(batch, world))
    except Exception as error:  # isolation is the point: reported, recorded, repeatable
        return ArmFailure(arm, told(error), traceback.format_exc())


def tables_of_world(batch: Batch, world: World) -> Mapping[str, Mapping[str, Any]]:
    """What is stored of a finished world, table by table."""
    recorded = world.records.finish()
    series = series_columns(_with_silent_metrics(recorded.series, batch.folders))
    currency = place_of(batch).currency
    return {
        "series": series,
        "cohort": recorded.cohort,
        "access": access_columns(recorded.access, place_of(batch).communities),
        "outcomes": outcomes_of(batch, series, recorded.cohort, currency),
    }


def access_columns(
    access: Mapping[tuple[str, str], NDArray[np.float64]], communities: int
) -> dict[str, Any]:
    """People by lever, stage of access and group, since the policies began to differ."""
    names = groups(communities)
    reached = sorted(access)
    return {
        "lever": pa.array([lever for lever, _ in reached for _ in names], pa.string()),
        "stage": pa.array([stage for _, stage in reached for _ in names], pa.string()),
        "group": pa.array([name for _ in reached for name in names], pa.string()),
        "count": pa.array([n for key in reached for n in access[key]], pa.float64()),
    }


def outcomes_of(batch: Batch, series: Mapping[str, Any], cohort: Cohort, currency: str) -> Any:
    """Outcomes of one cell from what is stored of it: the same now as when asked for again."""
    exact = {name: values.astype(np.float64) for name, values in series.items()}
    recipe = batch.recipe
    return outcome_columns(
        outcome_rows(
            exact, cohort, start=batch.start, horizons=recipe.horizons, index=recipe.index,
            currency=currency, names=recipe.outcomes,
        )
    )  # fmt: skip


def told(error: BaseException) -> str:
    """An error in one line."""
    plain = isinstance(error, (DesistError, TimeLimitError))
    text = str(error) if plain else f"{type(error).__name__}: {error}"
    return (text.splitlines() or [type(error).__name__])[0]


def warm_kernels(batch: Batch) -> None:
    """Compile every kernel, or load it from the disk cache, on a world of a few people."""
    place = place_of(batch)
    rules = rules_of(batch, batch.arms[-1])
    World(place, rules, 64, batch.seed, warmup_months=1).run_to(1)


def rules_of(batch: Batch, arm: Arm) -> tuple[Rule, ...]:
    """The rules of one arm."""
    parameters = laid_over(batch.parameters, arm.parameters)
    return build_rules(place_of(batch), arm.dials, parameters, folders=batch.folders)


def _with_silent_metrics(
    series: Series, folders: tuple[Path, ...]
) -> dict[str, NDArray[np.float64]]:
    """Add zeros for the metrics of levers that this arm does not use: nothing was counted."""
    quiet = np.zeros_like(series["people"])
    declared = sorted(name for rule in registry(folders).values() for name in rule.metrics)
    return {name: series.get(name, quiet) for name in dict.fromkeys([*declared, *series])}


_places: dict[str, Place] = {}


def place_of(batch: Batch) -> Place:
    """Check and build a place once per process, however many batches ask for it."""
    key = digest([batch.jurisdiction, batch.place])
    if key not in _places:
        _places[key] = Place.from_mapping(batch.jurisdiction, batch.place)
    return _places[key]
