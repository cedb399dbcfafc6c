"""A virtual trial: one large one and many at the published size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import DesistError
from sim.experiment.cells import replication_seed
from sim.experiment.scenario import Scenario
from sim.experiment.trial import Trial
from sim.experiment.trial_effects import Effect
from sim.experiment.trial_result import Result, Size, make_result, measured
from sim.experiment.trial_world import People, run_world
from sim.place import Place
from sim.rules import Rule


def run_trial(
    trial: Trial, scenario: Scenario, place: Place, rules: Sequence[Rule], size: Size
) -> Result:
    """Simulate the trial's worlds and set the result beside the published one."""
    worlds = [
        run_world(place, rules, trial, size.persons, replication_seed(size.seed, r),
                  size.warmup_months)
        for r in range(size.worlds)
    ]  # fmt: skip
    everyone = _pooled(worlds)
    if everyone["arm"].shape[0] == 0:
        raise DesistError("nobody was enrolled", where=trial.title, mend="look at 'eligible'")
    total = measured(everyone, trial)
    if not np.isfinite(total.link):
        raise DesistError(
            "too few events to estimate an effect", where=trial.title, mend="simulate more persons"
        )
    small = _virtual_trials(worlds, trial, size.replications)
    return make_result(trial, scenario, place, size, everyone, total, small)


def _pooled(worlds: Sequence[People]) -> dict[str, NDArray[Any]]:
    pooled = {name: np.concatenate([w[name] for w in worlds]) for name in worlds[0]}
    sizes = [w["arm"].shape[0] for w in worlds]
    return pooled | {"world": np.repeat(np.arange(len(worlds)), sizes)}


def _virtual_trials(worlds: Sequence[People], trial: Trial, wanted: int) -> list[Effect]:
    """Trials of the published size: disjoint sets of people enrolled in one world each."""
    sizes = list(trial.n.values())
    found: list[Effect] = []
    for people in worlds:
        arms = [np.flatnonzero(people["arm"] == a) for a in range(len(sizes))]
        possible = min(rows.shape[0] // n for rows, n in zip(arms, sizes, strict=True))
        for k in range(min(possible, wanted - len(found))):
            rows = np.concatenate(
                [r[k * n : (k + 1) * n] for r, n in zip(arms, sizes, strict=True)]
            )
            one = {name: column[rows] for name, column in people.items()}
            found.append(measured(one | {"world": np.zeros(rows.shape[0])}, trial))
    return [one for one in found if np.isfinite(one.link) and one.se > 0]
