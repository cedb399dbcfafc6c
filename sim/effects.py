"""Effects that fade: what a programme leaves with a person, on the log hazard of offending.

A published effect is an average over everyone who started and over the months of the evaluation.
`initial_log_hr` gives back what one person must be left with just after the programme so that this
average results; a virtual trial (`desist trial`) shows whether it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numba as nb
import numpy as np

from sim.legal_status import CUSTODY

if TYPE_CHECKING:
    from sim.rules import Rule
    from sim.world import World


@dataclass(frozen=True)
class Effect:
    """A column of log hazard ratios that a rule sets, that fades at liberty and acts on offending.

    Parameters
    ----------
    column
        Column of the people table that holds it (float32, 0 for no effect).
    meaning
        In words, for the table of columns.
    fading
        The rule's own parameter with the time constant, months.
    phase
        Phase of the month in which it fades and acts.
    """

    column: str
    meaning: str
    fading: str = "fading_months"
    phase: str = "needs"

    def act(self, rule: Rule, world: World) -> None:
        """Shrink by a month (in custody it keeps), then add what is left to the named rate."""
        months = max(float(getattr(rule, self.fading)), 0.1)
        left = np.exp(-1.0 / months)
        _fade_and_add(
            world.people.status, world.people.array(self.column), left, world.rate("offending")
        )


@nb.njit(cache=True)
def _fade_and_add(status, effect, left, rate):  # type: ignore[no-untyped-def]
    for i in range(status.shape[0]):
        now = np.float32(effect[i] * (1.0 if status[i] == CUSTODY else left))
        effect[i] = now
        rate[i] += now


def initial_log_hr(
    published: float, fading_months: float, evaluated_months: float, reached: float = 1.0
) -> float:
    """Log hazard ratio just after a programme that averages out to the published one.

    Parameters
    ----------
    published
        Log hazard ratio of those allocated against those not, over the evaluation.
    fading_months, evaluated_months
        Time constant of fading; time over which the published effect is an average.
    reached
        Share of those allocated in whom the effect arises at all: completers, times those whose
        risk and need the programme matches.

    Examples
    --------
    >>> round(initial_log_hr(-0.2, fading_months=1e9, evaluated_months=12.0, reached=0.5), 6)
    -0.4
    """
    t = evaluated_months / max(fading_months, 0.1)
    return float(published / (reached * -np.expm1(-t) / t))


MIXED_RISK_SHAPE = 0.783
"""Shape of the gamma frailty that a release cohort's hazard shows (United States, 2005; bjs05)."""


def individual_log_hr(
    published: float, base_risk: float, frailty_shape: float = MIXED_RISK_SHAPE
) -> float:
    """Log hazard ratio of one person that shows as the published one between groups.

    Groups of mixed risk draw together over a follow-up, as those at high risk go first, so a
    comparison of groups shows less than what happens to each person. Under gamma frailty the
    survival of a group is ``(1 + H / shape) ** -shape`` (Hougaard 1984, Biometrika 71:75-83).

    Parameters
    ----------
    published
        Log of ``ln(1 - p1) / ln(1 - p0)``, the register's conversion of two groups' risks.
    base_risk
        Risk ``p0`` of the group without the measure by the end of the evaluation, in (0, 1).
    frailty_shape
        Shape of the gamma frailty of the study's cohort (`event_cohort_shape` for one drawn at an
        event of this world).

    Examples
    --------
    >>> round(individual_log_hr(-0.2, base_risk=0.4), 2)
    -0.26
    >>> round(individual_log_hr(-0.2, base_risk=0.4, frailty_shape=1e6), 2)
    -0.2
    """
    survival = np.log1p(-base_risk) * np.array([np.exp(published), 1.0])
    one, none = np.expm1(-survival / frailty_shape)
    return float(np.log(one / none))


AGE_SPREAD_YEARS = 11.5
"""Spread of age among convicted people as far as it spreads their rates. With it the formula comes
within a fifth of what is measured in the shipped places (the whole standard deviation is larger,
since ages are skewed).
"""


def event_cohort_shape(world: World) -> float:
    """Shape of the gamma that the rates of people drawn at an event of their own resemble.

    An arrest or a conviction draws people in proportion to their rate: gamma frailty of shape k
    becomes one of shape k + 1. Age spreads rates further, as a log-normal factor; the squared
    coefficient of variation of the product, inverted, is the shape.
    """
    frailty = 1.0 / (world.rule("population").frailty_shape + 1.0)
    age = np.expm1((world.rule("offending").age_slope * AGE_SPREAD_YEARS) ** 2)
    return float(1.0 / ((1.0 + frailty) * (1.0 + age) - 1.0))


def effect_function(effect: Effect) -> Any:
    """The array step of an effect, as the schedule calls it."""

    def act(rule: Rule, world: World) -> None:
        effect.act(rule, world)

    act.__name__ = f"fade_{effect.column}"
    act.__doc__ = f"{effect.meaning} fades at liberty, and acts on offending."
    return act
