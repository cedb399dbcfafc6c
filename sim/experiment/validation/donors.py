"""What other places say about a place's reoffending: the prior of every refit.

A place's own constants were fitted to the very curve that a refit must predict, so they may not
be where it starts. What describes reoffending itself is known from the other places only: its
centre is their mean on the scale on which constants are fitted (logarithm of rates and shapes,
logit of probabilities, slopes as they are), its width their spread. Three or four places tell
little about a spread, so it is drawn towards the width that calibration assumes, and holds the
doubt about the mean itself. Other constants (how many are detained, convicted, recalled) describe
the place's institutions: they stay centred on its own values, with the width of calibration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.assembly import build_rules
from sim.experiment.calibration.constants import Constant, constants_of, limits_of
from sim.place import Place

Floats = NDArray[np.float64]

REOFFENDING = (
    "population.frailty_shape",
    "desistance.per_year",
    "offending.arrests_per_year",
    "offending.age_slope",
    "offending.priors_slope",
    "offending.female",
    "offending.group_ratio",
    "reentry.first_month",
    "reentry.second_month",
    "reentry.settling_months",
    "gangs.leaving",
)
"""Constants of the reoffending curve; of a table, every entry."""

ASSUMED_WORTH = 2.0
"""How many places the width that calibration assumes is worth beside the spread of the donors."""

FARTHEST = 6.0
"""Standard deviations of the prior beyond which nothing is looked for."""


@dataclass(frozen=True)
class Prior:
    """Constants of a place, and what is known of them before its curve is.

    Attributes
    ----------
    mean, sd
        On the free scale, shape (constants,).
    borrowed
        Whether the constant is known from other places only.
    """

    constants: tuple[Constant, ...]
    mean: Floats
    sd: Floats
    borrowed: tuple[bool, ...]

    @property
    def own(self) -> Floats:
        """The place's own values in standard deviations of the prior."""
        free = np.array([constant.free(constant.start) for constant in self.constants])
        return (free - self.mean) / self.sd

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """What units allow, and no farther than `FARTHEST` from the prior; as ``own``."""
        low, high = ((limit - self.mean) / self.sd for limit in limits_of(self.constants))
        return np.maximum(low, -FARTHEST), np.minimum(high, FARTHEST)

    def free(self, z: Floats) -> Floats:
        """From standard deviations of the prior to the free scale."""
        return self.mean + z * self.sd


def reoffending_constants(place: Place) -> tuple[str, ...]:
    """Those of `REOFFENDING` that the place's rules have, entry by entry."""
    rules = {rule.name: rule for rule in build_rules(place)}
    found: list[str] = []
    for path in REOFFENDING:
        rule, _, name = path.partition(".")
        value = getattr(rules.get(rule), name, None)
        if isinstance(value, Mapping):
            found += [f"{path}.{key}" for key in value]
        elif isinstance(value, float | int) and not isinstance(value, bool):
            found.append(path)
    return tuple(found)


def prior_of(place: Place, others: Mapping[str, Place], fitted: Sequence[str]) -> Prior:
    """The prior of a place's constants.

    Parameters
    ----------
    others
        Donors by name; the place itself is left out.
    fitted
        Further constants that are free in the place, centred on its own values.
    """
    donors = [donor for name, donor in others.items() if name != place.name]
    borrowed = reoffending_constants(place)
    constants = constants_of(place, tuple(dict.fromkeys([*borrowed, *fitted])))
    mean = np.array([constant.free(constant.start) for constant in constants])
    sd = np.array([constant.prior_sd for constant in constants])
    theirs = np.array([
        [c.free(c.start) for c in constants_of(donor, borrowed)] for donor in donors
    ])  # fmt: skip
    n = len(borrowed)
    mean[:n] = theirs.mean(axis=0)
    sd[:n] = pooled_sd(theirs, sd[:n])
    return Prior(constants, mean, sd, tuple(i < n for i in range(len(constants))))


def pooled_sd(theirs: Floats, assumed: Floats) -> Floats:
    """Width of what donors say about another place, shape (constants,).

    The spread of the donors and an assumed width, pooled as variances by how much each is worth,
    times the doubt about the mean of so few.

    >>> import numpy as np
    >>> float(pooled_sd(np.array([[0.0], [2.0]]), np.array([1.0]))[0])
    1.4142135623730951
    """
    places = theirs.shape[0]
    squares = ((theirs - theirs.mean(axis=0)) ** 2).sum(axis=0)
    pooled = (ASSUMED_WORTH * assumed**2 + squares) / (ASSUMED_WORTH + places - 1)
    found: Floats = np.sqrt(pooled * (1.0 + 1.0 / places))
    return found
