"""Out of place: predict a place's reoffending from the constants of the other places.

The place keeps its stocks, law, measurement and mix of people. What describes reoffending itself
is taken from elsewhere: the mean over the other places on the scale on which the constants are
fitted (logarithm of rates and shapes, logit of probabilities, slopes as they are). Nothing is
fitted to the place that is predicted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.assembly import build_rules
from sim.experiment.calibration.constants import constants_of, with_values
from sim.place import Place

REOFFENDING = (
    "population.frailty_shape",
    "desistance.per_year",
    "offending.arrests_per_year",
    "offending.age_slope",
    "offending.priors_slope",
    "offending.female",
    "reentry.first_month",
    "reentry.second_month",
    "reentry.settling_months",
)
"""Constants of the reoffending curve."""


def reoffending_constants(place: Place) -> tuple[str, ...]:
    """Those of `REOFFENDING` that the place's rules have as single numbers."""
    rules = {rule.name: rule for rule in build_rules(place)}
    found = []
    for path in REOFFENDING:
        rule, _, name = path.partition(".")
        value = getattr(rules.get(rule), name, None)
        if isinstance(value, float | int) and not isinstance(value, bool):
            found.append(path)
    return tuple(found)


def out_of_place(place: Place, others: Mapping[str, Place]) -> Place:
    """The place with the mean reoffending constants of the others.

    Parameters
    ----------
    others
        Donors by name; the place itself is left out.
    """
    donors = [donor for name, donor in others.items() if name != place.name]
    names = reoffending_constants(place)
    constants = constants_of(place, names)
    free = np.mean(
        [[c.free(c.start) for c in constants_of(donor, names)] for donor in donors], axis=0
    )
    note = f"mean of {', '.join(donor.name for donor in donors)}"
    return with_values(place, constants, free, note)
