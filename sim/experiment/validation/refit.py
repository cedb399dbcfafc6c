"""A place fitted anew without some of its targets, and what it then predicts for them.

The targets of a place are simulated at many points, once; emulated; and for each hold-out the
posterior of the constants given the *remaining* targets is found on the emulator. Its draws,
pushed through the emulator, predict the targets that were held out. The interval joins doubt about
the constants, the emulator's own error, the model error that the likelihood states, and the
sampling error of a published cohort.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import qmc

from sim.experiment.calibration.constants import with_values
from sim.experiment.calibration.emulator import Emulator, Scale
from sim.experiment.calibration.evaluate import Effort
from sim.experiment.calibration.likelihood import likelihood_of, model_sd
from sim.experiment.calibration.run import years_of
from sim.experiment.fit import Fit, fit
from sim.experiment.validation.donors import Prior
from sim.experiment.validation.hold_outs import HoldOut, Named
from sim.experiment.validation.places import published_n
from sim.experiment.validation.score import Z95, Scored, binomial_sd, wilson
from sim.place import Place

Floats = NDArray[np.float64]

NEAR_OWN = 0.4
"""Share of the points that lie around the place's own constants, where most posteriors end."""

NEAR_SPREAD = 0.35
"""Spread of these, in standard deviations of the prior; the others have all of it."""

MOST_MISSING = 0.25
"""Share of the points at which nobody may be in a target's subgroup."""

DRAWS, STARTS = 512, 4
"""Draws of a posterior, and points from which its mode is looked for."""


@dataclass(frozen=True)
class Problem:
    """A place, what is known of its constants, and its targets with what can be held out."""

    place: Place
    prior: Prior
    named: Named
    outs: Sequence[HoldOut]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the targets."""
        return tuple(row.get("target_id") or row["id"] for row, _ in self.named)

    def at(self, z: Floats) -> Place:
        """The place with constants in standard deviations of the prior."""
        return with_values(self.place, self.prior.constants, self.prior.free(z), "a refit")


@dataclass(frozen=True)
class Refitted:
    """The posterior without the targets that were held out, normal around its mode.

    ``covariance`` has shape (constants, constants), all in standard deviations of the prior.
    """

    mode: Floats
    covariance: Floats
    bounds: tuple[Floats, Floats]

    def draws(self, count: int, seed: int) -> Floats:
        """A sample that fills its space, shape (count, constants)."""
        step = normals(count, self.mode.shape[0], seed) @ np.linalg.cholesky(self.covariance).T
        return np.clip(self.mode + step, *self.bounds)


def normals(count: int, constants: int, seed: int) -> Floats:
    """Standard normal points that fill the space (a Latin hypercube), shape (count, constants)."""
    if not count:
        return np.zeros((0, constants))
    cube = qmc.LatinHypercube(constants, seed=np.random.default_rng([seed, count])).random(count)
    return np.asarray(ndtri(np.clip(cube, 1e-6, 1.0 - 1e-6)))


def design(prior: Prior, per_constant: float, seed: int) -> Floats:
    """Points to simulate: the donors' mean, the place itself, around it, and all over the prior."""
    p = len(prior.constants)
    near = max(int(np.ceil(NEAR_OWN * per_constant * p)), 1)
    wide = max(int(np.ceil(per_constant * p)) - near, 1)
    around = prior.own + NEAR_SPREAD * normals(near, p, seed)
    points = np.vstack([np.zeros(p), prior.own, around, normals(wide, p, seed + 1)])
    return np.clip(points, *prior.bounds)


def simulate(place: Place, effort: Effort) -> dict[str, list[float]]:
    """Every target of a place at one point: id to simulated value, and the number behind it."""
    rows = fit(place, persons=effort.persons, months=effort.months, seed=effort.seed,
               replications=effort.replications, warmup_months=effort.warmup_months)  # fmt: skip
    return {row.id: [row.simulated, float(row.n)] for row in rows if row.n >= 1}


@dataclass(frozen=True)
class Targets:
    """Targets that were simulated nearly everywhere.

    Attributes
    ----------
    kept
        Positions among those that the place names, shape (targets,).
    rows
        With unit and observed value; ``simulated`` is that of the first point.
    years
        Time of each on its curve.
    free
        Simulated values on the emulated scale, shape (points, targets).
    """

    kept: tuple[int, ...]
    rows: tuple[Fit, ...]
    years: Floats
    scale: Scale
    free: Floats

    @classmethod
    def of(
        cls, problem: Problem, points: Sequence[Mapping[str, Sequence[float]]],
        rows: Mapping[str, Fit],
    ) -> Targets:  # fmt: skip
        """From the simulated points; ``rows`` by id, from any run."""
        ids = problem.ids
        kept = tuple(
            i for i, identity in enumerate(ids)
            if identity in rows
            and sum(identity not in point for point in points) <= MOST_MISSING * len(points)
        )  # fmt: skip
        own = tuple(rows[ids[i]] for i in kept)
        missing = (np.nan, 1.0)
        values, people = np.moveaxis(
            np.array([[point.get(ids[i], missing) for i in kept] for point in points]), -1, 0
        )
        scale = Scale(np.array([row.unit == "%" for row in own], np.bool_),
                      np.array([1e-3 * abs(row.observed) + 1e-9 for row in own]))  # fmt: skip
        free = scale.free(values, people)
        free = np.where(np.isnan(free), np.nanmean(free, axis=0), free)
        years = np.array([years_of(row.id) for row in own])
        return cls(kept, own, years, scale, free)

    def positions(self, held: Sequence[int]) -> NDArray[np.int64]:
        """Columns of the targets that are held out."""
        return np.flatnonzero(np.isin(self.kept, held))


def refit(
    emulator: Emulator, targets: Targets, held: NDArray[np.int64], bounds: tuple[Floats, Floats]
) -> Refitted:
    """Posterior given every target but those held out; ``bounds`` as of `Prior`."""
    seen = np.setdiff1d(np.arange(len(targets.rows)), held)
    p = emulator.points.shape[1]
    if not seen.size:
        return Refitted(np.zeros(p), np.eye(p), bounds)
    # The chance of a run is in the emulator's error, so that of the likelihood is left out.
    endless = [replace(targets.rows[i], n=10**12) for i in seen]
    likelihood = likelihood_of(endless, list(targets.years[seen]))
    scale = Scale(targets.scale.percent[seen], targets.scale.least[seen])

    def slopes(z: Floats) -> Floats:
        return scale.slope(emulator.mean(z)[seen])

    def factor_at(z: Floats) -> Any:
        error = np.diag((slopes(z) * emulator.sd(z)[seen]) ** 2)
        return cho_factor(likelihood.covariance + error)

    def loss(z: Floats, factor: Any) -> tuple[float, Floats]:
        gap = likelihood.observed - scale.natural(emulator.mean(z)[seen])
        pull = cho_solve(factor, gap)
        jacobian = emulator.jacobian(z)[seen] * slopes(z)[:, None]
        return float(gap @ pull + z @ z), 2.0 * (z - jacobian.T @ pull)

    def climb(starts: Sequence[Floats], factor: Any) -> Floats:
        limits = list(zip(*bounds, strict=True))
        found = [
            minimize(loss, z, (factor,), jac=True, method="L-BFGS-B", bounds=limits) for z in starts
        ]
        mode: Floats = min(found, key=lambda one: float(one.fun)).x
        return mode

    factor = factor_at(np.zeros(p))
    order = np.argsort([loss(z, factor)[0] for z in emulator.points])
    mode = climb(list(emulator.points[order[:STARTS]]), factor)
    # The emulator's error depends on where one is.
    factor = factor_at(mode)
    mode = climb([mode], factor)
    jacobian = emulator.jacobian(mode)[seen] * slopes(mode)[:, None]
    precision = jacobian.T @ cho_solve(factor, jacobian) + np.eye(p)
    return Refitted(mode, np.linalg.inv(precision), bounds)


def predict(
    emulator: Emulator, targets: Targets, held: NDArray[np.int64], refitted: Refitted, seed: int
) -> tuple[Floats, Floats]:
    """Mean and standard deviation of held-out targets on the emulated scale, from the posterior."""
    free = emulator.mean(refitted.draws(DRAWS, seed))[:, held]
    error = emulator.sd(refitted.mode)[held]
    return np.median(free, axis=0), np.sqrt(free.var(axis=0) + error**2)


def scored(
    kind: str, where: str, note: str, row: Fit, target: Mapping[str, str], scale: Scale,
    free: float, sd: float,
) -> Scored:  # fmt: skip
    """Judge one prediction; ``free`` and its ``sd`` are on the emulated scale of the target."""
    value = float(scale.natural(np.array([free]))[0])
    model = model_sd(replace(row, observed=value))
    sampling, low_observed, high_observed = 0.0, None, None
    people = published_n(target.get("n"))
    if row.unit == "%" and people > 0:
        sampling = binomial_sd(value, people)
        low_observed, high_observed = wilson(row.observed, people)
    slope = max(float(scale.slope(np.array([free]))[0]), 1e-6)
    total = float(np.hypot(sd, np.hypot(model, sampling) / slope))
    ends = scale.natural(np.array([free - Z95 * total, free + Z95 * total]))
    z = (float(scale.free(np.array([row.observed]))[0]) - free) / total
    return Scored(
        kind, where, row.id, row.observed, value, float(ends[0]), float(ends[1]),
        bool(abs(z) <= Z95), row.definition, row.subgroup, row.unit, low_observed, high_observed,
        value - row.observed, z, note=note, source=row.source,
    )  # fmt: skip
