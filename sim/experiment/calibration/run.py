"""Calibrate a place from beginning to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim import evidence
from sim.errors import DesistError
from sim.experiment.calibration.constants import Constant, with_values
from sim.experiment.calibration.evaluate import Effort, Evaluator
from sim.experiment.calibration.likelihood import Likelihood, likelihood_of
from sim.experiment.calibration.posterior import Posterior, posterior_of
from sim.experiment.calibration.search import Found, search
from sim.experiment.fit import Fit
from sim.place import Place


@dataclass(frozen=True)
class Calibrated:
    """A finished calibration: the place with its constants, how it fits, what remains open."""

    place: Place
    constants: tuple[Constant, ...]
    before: list[Fit]
    after: list[Fit]
    found: Found
    likelihood: Likelihood
    posterior: Posterior


def calibrate(
    place: Place,
    constants: tuple[Constant, ...],
    effort: Effort,
    *,
    out: Path | None = None,
    rounds: int = 5,
    draws: int = 16,
    workers: int = 1,
    tell: Callable[[int, float], None] = lambda done, loss: None,
    targets: tuple[Mapping[str, str], ...] = (),
) -> Calibrated:
    """Fit the constants of a place to the targets that it names under ``fit``.

    Parameters
    ----------
    out
        Folder of the finished evaluations: the same calibration goes on where it stopped.
    draws
        Size of the posterior sample; each draw is simulated once.
    targets
        Targets of the user's own, in the columns of ``sim/evidence/targets.csv``.

    Raises
    ------
    DesistError
        When no target of the place can be measured in so many months.
    """
    store = None if out is None else out / "evaluations.jsonl"
    evaluator = Evaluator(place, constants, effort, store, workers, targets=targets)
    before = evaluator.at([_start(constants)])[0]
    if not before:
        raise DesistError(
            f"no target of '{place.name}' can be measured", where="jurisdiction=",
            mend="name targets under 'fit:' in its file, or give more months",
        )  # fmt: skip
    own = {target["target_id"]: target["t_years"] for target in targets}
    likelihood = likelihood_of(before, [years_of(row.id, own) for row in before])
    found = search(evaluator, likelihood, rounds, tell)
    posterior = posterior_of(found, likelihood, evaluator, draws)
    note = f"calibrated to {', '.join(place.fit)}"
    fitted = with_values(place, constants, found.free, note)
    after = evaluator.at([found.free])[0]
    return Calibrated(fitted, constants, before, after, found, likelihood, posterior)


def _start(constants: tuple[Constant, ...]) -> NDArray[np.float64]:
    return np.array([constant.free(constant.start) for constant in constants])


def years_of(identity: str, own: Mapping[str, str] | None = None) -> float:
    """Time of a target on its curve, years; 0 where it is not a point of one."""
    row = evidence.rows().get(identity)
    shipped = "" if row is None else str(row.fields.get("t_years", ""))
    text = (own or {}).get(identity, shipped)
    try:
        return float(text)
    except ValueError:
        return 0.0
