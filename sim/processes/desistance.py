"""Desistance: people stop offending for good.

A constant hazard, the same for everyone, which together with frailty, age and custody makes the
rearrest of a release cohort level off. Someone who has desisted keeps record and sentence, and has
a propensity too small to matter. Not modelled: turning points that cause it (work, family; the
levers of paragraphs 38 and 39 act on the rate instead), and pauses that end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from sim.mathematics import exp
from sim.rules import Process, figure, person_step

if TYPE_CHECKING:
    from sim.world import World

NO_PROPENSITY = -9.25
"""Log frailty of those who have desisted: one ten-thousandth of the mean."""


class Desistance(Process):
    """Stopping for good."""

    metrics: ClassVar = {}

    per_year: float = figure(unit="per person-year", label="hazard of stopping for good")

    def constants(self, world: World) -> Mapping[str, float]:
        """Hazard a month."""
        return {"hazard": self.per_year / 12.0}

    @staticmethod
    @person_step("needs", writes=["log_frailty"])
    def stop(log_frailty: float, u: float, hazard: float) -> float:
        """Drop to no propensity in the month of stopping."""
        return NO_PROPENSITY if u < 1.0 - exp(-hazard) else log_frailty
