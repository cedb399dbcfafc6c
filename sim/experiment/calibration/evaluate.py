"""Simulated values of the targets for given constants, kept in a file: a search resumes."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.experiment.calibration.constants import Constant, with_values
from sim.experiment.cells import code_version, digest, numbers_only
from sim.experiment.fit import Fit, fit
from sim.place import Place


@dataclass(frozen=True)
class Effort:
    """How much is simulated for one evaluation."""

    persons: int
    months: int
    warmup_months: int
    replications: int
    seed: int


@dataclass
class Evaluator:
    """Evaluates points under common draws: every point meets the same people with the same luck.

    Parameters
    ----------
    store
        File of finished evaluations (JSON lines); None keeps them in memory only.
    targets
        Targets of the user's own, beside the shipped ones that the place names.
    """

    place: Place
    constants: tuple[Constant, ...]
    effort: Effort
    store: Path | None = None
    workers: int = 1
    done: dict[str, list[Fit]] = field(default_factory=dict)
    targets: tuple[Mapping[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Read what an earlier search has finished."""
        if self.store is not None and self.store.exists():
            for line in self.store.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except json.JSONDecodeError:
                    continue  # the last line of a search that was killed
                self.done[entry["key"]] = [Fit(**row) for row in entry["rows"]]

    def key(self, free: NDArray[np.float64]) -> str:
        """What the evaluation of a point depends on."""
        names = [constant.path for constant in self.constants]
        values = [round(float(value), 9) for value in free]
        place = numbers_only(self.place.model_dump(mode="json"))
        return digest(
            [
                code_version(),
                place,
                names,
                values,
                asdict(self.effort),
                self.place.fit,
                *self.targets,
            ]
        )

    def at(self, points: Sequence[NDArray[np.float64]]) -> list[list[Fit]]:
        """Rows of every point; those not known yet are simulated, in parallel."""
        keys = [self.key(point) for point in points]
        missing = {key: point for key, point in zip(keys, points, strict=True)
                   if key not in self.done}  # fmt: skip
        if missing:
            from joblib import Parallel, delayed

            pool = Parallel(n_jobs=min(self.workers, len(missing)), return_as="generator_unordered")
            tasks = (
                delayed(_keyed)(
                    key, with_values(self.place, self.constants, point), self.effort, self.targets
                )
                for key, point in missing.items()
            )
            with warnings.catch_warnings():
                # A worker that has grown is replaced between two worlds: nothing is lost.
                warnings.filterwarnings("ignore", "A worker stopped", UserWarning)
                for key, rows in pool(tasks):
                    self.done[key] = rows
                    self._remember(key, rows)
        return [self.done[key] for key in keys]

    def _remember(self, key: str, rows: list[Fit]) -> None:
        if self.store is not None:
            line = json.dumps({"key": key, "rows": [asdict(row) for row in rows]})
            with self.store.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def _keyed(
    key: str, place: Place, effort: Effort, targets: tuple[Mapping[str, str], ...]
) -> tuple[str, list[Fit]]:
    return key, simulate(place, effort, targets)


def simulate(
    place: Place, effort: Effort, targets: tuple[Mapping[str, str], ...] = ()
) -> list[Fit]:
    """One evaluation: the place under its status quo beside its targets."""
    return fit(
        place, persons=effort.persons, months=effort.months, replications=effort.replications,
        seed=effort.seed, warmup_months=effort.warmup_months, targets=targets,
    )  # fmt: skip


def values(rows: Sequence[Fit], ids: Sequence[str]) -> NDArray[np.float64]:
    """Simulated values in the order of the targets; NaN where nobody is behind one."""
    by_id = {row.id: row.simulated for row in rows}
    return np.array([by_id.get(identity, np.nan) for identity in ids])
