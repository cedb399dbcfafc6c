"""Antisocial cognition: a need that matures with age, drifts over years, and raises the rate.

A person's standing, in standard deviations, has three parts: what goes with the propensity to
offend, what falls with age, and the person's own (the column), which drifts. Only the own part acts
on offending here, about a mean of no effect: propensity and age have slopes of their own in
`offending`. Treatment matches on the whole standing, and who stands high leaves programmes more
often, so those who complete differ from those who do not.

What treatment changes in thinking is inside its published effect. That effect is kept here, one
for all settings, so that a second programme renews what is left of the first and does not add to
it. Not modelled: other attitudes, and mental illness.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numba as nb
import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, ndtri, polygamma

from sim.rules import Column, Effect, Process, Rows, array_step, parameter, person_step
from sim.scan import rows_where
from sim.turns import whose_turn

if TYPE_CHECKING:
    from sim.world import World

TURN_MONTHS = 32
THOUSANDTH = 0.001
HIGHEST = 5.0
"""Most that the own part of anybody's standing can be, SD."""


class Cognition(Process):
    """Standing in antisocial cognition, and what treatment has left."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("cognition", "i2", "SD / 1000", "antisocial cognition at given propensity and age"),
    )
    effects: ClassVar[tuple[Effect, ...]] = (
        Effect("treatment_log_hr", "effect of cognitive-behavioural treatment, fading"),
    )

    slope: float = parameter(
        0.10, unit="log hazard ratio per SD", low=0.0, high=0.3, source="assumed",
        label="offending by the person's own part of cognition",
        note="a risk factor in every review; its size beside propensity is not in the register",
    )  # fmt: skip
    with_propensity: float = parameter(
        0.5, unit="ratio", low=0.2, high=0.7, source="assumed",
        label="correlation of cognition with the propensity to offend",
        note="instruments of need and risk overlap by about half; not in the register",
    )  # fmt: skip
    maturing: float = parameter(
        0.02, unit="per year", low=0.0, high=0.04, source="assumed",
        label="fall of cognition with age, SD", note="sign from maturation; size assumed",
    )  # fmt: skip
    lasting_years: float = parameter(
        8.0, unit="years", low=3.0, high=20.0, source="assumed",
        label="time constant of the drift of the person's own part",
        note="stable over a few years, not over a life; not in the register",
    )  # fmt: skip
    leaving: float = parameter(
        0.25, unit="log hazard ratio per SD", low=0.0, high=0.5,
        source="dropout_rate;dropout_effect",
        label="dropping out of a programme by cognition",
        note="those who leave do worse than the untreated (d -0.16): taken as selection alone; "
        "size assumed",
    )  # fmt: skip
    usual_inside: float = parameter(
        0.3, unit="ratio", low=0.0, high=0.8, source="assumed",
        label="mean cognition of people in programmes, SD",
        note="so that the usual share completes; as measured in the shipped places",
    )  # fmt: skip
    fading_months: float = parameter(
        48.0, unit="months", low=18.0, high=120.0, source="assumed",
        label="time constant with which the effect of treatment fades",
        note="follow-ups are about a year; longer persistence is not known",
    )  # fmt: skip

    def enter(self, world: World, rows: Rows) -> None:
        """Everyone has a standing from the start."""
        ids = world.people.id[rows]
        self._store(world, rows, ndtri(self.draw(world, "at the start", ids, 0)))

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio that keeps the mean rate what it is."""
        return {"usual": -0.5 * self.slope**2}

    @array_step("needs", writes=["cognition"])
    def drift(self, world: World) -> None:
        """In a person's turn the own part moves; its spread over people stays."""
        rows = rows_where(whose_turn(world, TURN_MONTHS))
        kept = np.exp(-TURN_MONTHS / 12.0 / max(self.lasting_years, 0.1))
        luck = ndtri(self.draw(world, "drift", world.people.id[rows]))
        own = kept * THOUSANDTH * world.people.cognition[rows]
        self._store(world, rows, own + np.sqrt(1.0 - kept**2) * luck)

    def _store(self, world: World, rows: Rows, own: NDArray[np.float64]) -> None:
        world.people.cognition[rows] = np.rint(np.clip(own, -HIGHEST, HIGHEST) / THOUSANDTH)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def think(cognition: float, slope: float, usual: float) -> float:
        """The own part acts on offending."""
        return slope * cognition * THOUSANDTH + usual

    def propensity(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Log frailty of each row in standard deviations of its distribution, within -2 and 3."""
        mean, spread = self._log_frailty(world)
        standard: NDArray[np.float64] = (world.people.log_frailty[rows] - mean) / spread
        return np.clip(standard, -2.0, 3.0)

    def _log_frailty(self, world: World) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm of the place's gamma frailty."""

        def moments() -> tuple[float, float]:
            shape = world.rule("population").frailty_shape
            return float(digamma(shape) - np.log(shape)), float(np.sqrt(polygamma(1, shape)))

        found: tuple[float, float] = world.once("cognition.log_frailty", moments)
        return found

    def standing(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Antisocial cognition of each row, all three parts, in standard deviations at 35."""
        people, (mean, spread) = world.people, self._log_frailty(world)
        found = np.empty(rows.shape[0])
        _stand(
            rows, people.log_frailty, people.cognition, people.birth_month, mean, spread,
            self.with_propensity, self.maturing / 12.0, world.month - 420.0, found,
        )  # fmt: skip
        return found

    def hazard_of_leaving(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Hazard of dropping out of a programme relative to the usual one."""
        return self._ratio_of_leaving(self.standing(world, rows))

    def most_hazard_of_leaving(self) -> float:
        """More than `hazard_of_leaving` is for anybody: all three parts at their highest."""
        own, youngest = np.sqrt(1.0 - self.with_propensity**2) * HIGHEST, 35.0
        standing = self.with_propensity * 3.0 + own + self.maturing * youngest
        return float(self._ratio_of_leaving(np.array([standing]))[0])

    def _ratio_of_leaving(self, standing: NDArray[np.float64]) -> NDArray[np.float64]:
        above = standing - self.usual_inside
        ratio: NDArray[np.float64] = np.exp(self.leaving * above - 0.5 * self.leaving**2)
        return ratio

    def treat(self, world: World, rows: Rows, log_hr: NDArray[np.float64]) -> None:
        """Give rows who complete treatment its effect, unless a stronger one is left."""
        before = world.people.treatment_log_hr[rows]
        stronger = np.abs(log_hr) > np.abs(before)
        world.people.treatment_log_hr[rows] = np.where(stronger, log_hr, before)


@nb.njit(cache=True)
def _stand(rows, log_frailty, own, birth, mean, spread, shared, maturing, born_at_35, found):  # type: ignore[no-untyped-def]
    rest = np.sqrt(1.0 - shared**2) * THOUSANDTH
    for k in range(rows.shape[0]):
        row = rows[k]
        propensity = min(max((log_frailty[row] - mean) / spread, -2.0), 3.0)
        older = maturing * (born_at_35 - birth[row])
        found[k] = shared * propensity + rest * own[row] - older
