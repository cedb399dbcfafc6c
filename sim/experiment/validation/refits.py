"""All refits of all places, in three rounds of simulated points that every hold-out shares.

First the design; then the modes of all hold-outs and a few draws of their posteriors, where the
emulator must be good; last the modes that it then finds, on worlds of their own: how far these are
from what was emulated is the emulator's error, and is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import DesistError
from sim.experiment.calibration.constants import constants_of
from sim.experiment.calibration.emulator import Emulator, Scale, fit_emulator
from sim.experiment.calibration.evaluate import Effort
from sim.experiment.cells import digest, numbers_only, replication_seed
from sim.experiment.fit import Fit
from sim.experiment.targets.people import Follow
from sim.experiment.validation.donors import prior_of
from sim.experiment.validation.hold_outs import of_place
from sim.experiment.validation.kept import Task
from sim.experiment.validation.refit import (
    Problem,
    Refitted,
    Targets,
    design,
    predict,
    refit,
    scored,
    simulate,
)
from sim.experiment.validation.score import Scored, summary
from sim.place import Place

Floats = NDArray[np.float64]
Points = Sequence[Mapping[str, Sequence[float]]]
CarryOut = Callable[[list[Task]], list[Any]]

REFIT, OUT_OF_PLACE = "held out by refit", "out of place"
MOST_DRAWS = 3
"""Draws of each hold-out's posterior at which the emulator learns more, at most."""


@dataclass(frozen=True)
class Size:
    """How much is simulated.

    Attributes
    ----------
    per_constant
        Points of the design for each constant; 0 leaves refits out.
    confirming
        Replications of each confirming point.
    """

    per_constant: float
    effort: Effort
    confirming: int


def refits(
    places: Mapping[str, Place], every: Mapping[str, Place], size: Size, carry_out: CarryOut,
    evidence: str,
) -> tuple[list[Scored], list[dict[str, Any]], list[dict[str, Any]]]:  # fmt: skip
    """Refit every place without each hold-out.

    Parameters
    ----------
    every
        All places; those with a curve are donors.
    carry_out
        Answers of tasks, in order.
    evidence
        Digest of the tables that targets are read from.

    Returns
    -------
    tuple
        Judged predictions; one record a hold-out; one record a constant, out of place.
    """
    known = {name: of_place(place) for name, place in every.items()}
    donors = {name: every[name] for name, (_, outs) in known.items() if outs}
    problems = []
    for name, place in places.items():
        named, outs = known[name]
        if outs and donors.keys() - {name}:
            problems.append(Problem(place, prior_of(place, donors, _fitted(place)), named, outs))
    if not problems or size.per_constant <= 0:
        return [], [], []
    machine = _Machine(size, carry_out, evidence)
    points = [design(p.prior, size.per_constant, size.effort.seed) for p in problems]
    answers = machine.round("design", problems, points)
    first = [_fits(problem, found) for problem, found in zip(problems, answers, strict=True)]
    more = [
        _next_points(problem, z, found, rows, size)
        for problem, z, found, rows in zip(problems, points, answers, first, strict=True)
    ]
    answers = [
        [*old, *new] for old, new in zip(answers, machine.round("refit", problems, more),
                                         strict=True)
    ]  # fmt: skip
    points = [np.vstack(pair) for pair in zip(points, more, strict=True)]
    done = [_Done.of(*each) for each in zip(problems, points, answers, first, strict=True)]
    modes = [np.array([one.mode for one in each.refitted]) for each in done]
    checks = machine.round("confirming", problems, modes, size.confirming)
    rows: list[Scored] = []
    records: list[dict[str, Any]] = []
    for each, check in zip(done, checks, strict=True):
        for i, confirmed in enumerate(check):
            judged, record = each.judge(i, confirmed, size.effort.seed)
            rows += judged
            records.append(record)
    return rows, records, [line for each in done for line in each.constants()]


def _fitted(place: Place) -> list[str]:
    try:
        return [constant.path for constant in constants_of(place)]
    except DesistError:
        return []  # the place calls no number fitted: all is borrowed


@dataclass(frozen=True)
class _Machine:
    size: Size
    carry_out: CarryOut
    evidence: str

    def round(
        self, what: str, problems: Sequence[Problem], points: Sequence[Floats],
        replications: int = 1,
    ) -> list[list[Mapping[str, Sequence[float]]]]:  # fmt: skip
        """Simulate points of all places together, so that no core idles."""
        tasks = []
        for problem, zs in zip(problems, points, strict=True):
            for i, z in enumerate(zs):
                # Every point has luck of its own: the emulator averages over it.
                seed = replication_seed(self.size.effort.seed, hash_of(what, i))
                effort = replace(self.size.effort, seed=seed, replications=replications)
                place = problem.at(z)
                content = [numbers_only(place.model_dump(mode="json")), place.fit, asdict(effort),
                           self.evidence]  # fmt: skip
                label = f"{problem.place.name}, {what} {i + 1} of {len(zs)}"
                tasks.append(Task(label, content, simulate, (place, effort)))
        answers = iter(self.carry_out(tasks))
        return [[next(answers) for _ in zs] for zs in points]


def hash_of(what: str, number: int) -> int:
    """A number for a point of a round, apart from those of other rounds."""
    return int(digest([what, number])[:8], 16)


def _fits(problem: Problem, points: Points) -> dict[str, Fit]:
    """Targets as rows, with the values of the first point that has them."""
    rows = {}
    for (row, reading), identity in zip(problem.named, problem.ids, strict=True):
        found = next((point[identity] for point in points if identity in point), None)
        if found is None:
            continue
        unit = "%" if isinstance(reading, Follow) else getattr(reading, "unit", "%")
        definition = row.get("definition") or row["quantity"].replace("_", " ")
        rows[identity] = Fit(
            identity, definition, row["subgroup"], unit, reading.observed, found[0],
            found[0] - reading.observed, int(found[1]), row["source"], row["how_known"],
        )  # fmt: skip
    return rows


def _next_points(
    problem: Problem, points: Floats, answers: Points, rows: Mapping[str, Fit], size: Size
) -> Floats:
    """Where the emulator must be good: modes of the hold-outs, and draws around them."""
    done = _Done.of(problem, points, answers, rows)
    count = int(min(MOST_DRAWS, size.per_constant))
    return np.vstack([
        part for i, one in enumerate(done.refitted)
        for part in (one.mode[None, :], one.draws(count, size.effort.seed + i))
    ])  # fmt: skip


@dataclass(frozen=True)
class _Done:
    """A place with its emulator, and the posterior of every hold-out.

    ``at_mean`` holds the targets at the first point, the donors' plain mean.
    """

    problem: Problem
    targets: Targets
    emulator: Emulator
    refitted: list[Refitted]
    at_mean: Mapping[str, Sequence[float]]

    @classmethod
    def of(
        cls, problem: Problem, points: Floats, answers: Points, rows: Mapping[str, Fit]
    ) -> _Done:
        targets = Targets.of(problem, answers, rows)
        emulator = fit_emulator(points, targets.free)
        found = [
            refit(emulator, targets, targets.positions(out.held), problem.prior.bounds)
            for out in problem.outs
        ]
        return cls(problem, targets, emulator, found, answers[0])

    def judge(
        self, which: int, confirmed: Mapping[str, Sequence[float]], seed: int
    ) -> tuple[list[Scored], dict[str, Any]]:
        """Predictions of one hold-out, and what is said of it."""
        out, found = self.problem.outs[which], self.refitted[which]
        held = self.targets.positions(out.held)
        free, sd = predict(self.emulator, self.targets, held, found, seed)
        kind = OUT_OF_PLACE if out.is_out_of_place else REFIT
        rows = []
        for column, middle, spread in zip(held, free, sd, strict=True):
            target = self.problem.named[self.targets.kept[column]][0]
            scale = Scale(self.targets.scale.percent[[column]], self.targets.scale.least[[column]])
            rows.append(
                scored(
                    kind,
                    self.problem.place.name,
                    f"without {out.name}",
                    self.targets.rows[column],
                    target,
                    scale,
                    middle,
                    spread,
                )
            )
        record = {
            **summary(kind, rows), "place": self.problem.place.name, "hold_out": out.name,
            "kept": len(self.targets.rows) - len(held), "held": len(held),
            "emulator_error": self._error(found, held, confirmed),
            "donors_mean_error": self._mean_error(held),
        }  # fmt: skip
        return rows, record

    def _error(
        self, found: Refitted, held: NDArray[np.int64], confirmed: Mapping[str, Sequence[float]]
    ) -> float | None:
        """Root mean square of emulated less simulated held-out percentages, at the mode."""
        emulated = self.targets.scale.natural(self.emulator.mean(found.mode))
        gaps = [
            emulated[i] - confirmed[row.id][0]
            for i in held
            if (row := self.targets.rows[i]).unit == "%" and row.id in confirmed
        ]
        return float(np.sqrt(np.mean(np.square(gaps)))) if gaps else None

    def _mean_error(self, held: NDArray[np.int64]) -> float | None:
        """Mean absolute error of the plain mean of the donors' constants, points."""
        gaps = [
            abs(self.at_mean[row.id][0] - row.observed)
            for i in held
            if (row := self.targets.rows[i]).unit == "%" and row.id in self.at_mean
        ]
        return float(np.mean(gaps)) if gaps else None

    def constants(self) -> list[dict[str, Any]]:
        """Constants of reoffending out of place: own, from the donors, and then found."""
        at = next(i for i, out in enumerate(self.problem.outs) if out.is_out_of_place)
        found, prior = self.refitted[at], self.problem.prior
        sds = np.sqrt(np.diag(found.covariance))
        lines = []
        for i, constant in enumerate(prior.constants):
            if not prior.borrowed[i]:
                continue

            def natural(z: float, i: int = i, constant: Any = constant) -> float:
                return float(constant.natural(float(prior.mean[i] + z * prior.sd[i])))

            mode, sd = float(found.mode[i]), float(sds[i])
            lines.append({
                "place": self.problem.place.name, "constant": constant.path,
                "own": constant.start, "donors": natural(0.0),
                "donors_lo": natural(-1.96), "donors_hi": natural(1.96), "found": natural(mode),
                "found_lo": natural(mode - 1.96 * sd), "found_hi": natural(mode + 1.96 * sd),
            })  # fmt: skip
        return lines
