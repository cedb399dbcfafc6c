"""Accounts: the month's public cost by agency, and the people there are.

Costs are average costs of the place, not what one person more or less would save: in the short
run only part of them can be saved. Victims' harm is counted elsewhere and never added in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import REMAND
from sim.rules import Process, array_step, figure
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


class Accounts(Process):
    """Public cost by agency."""

    metrics: ClassVar = {
        "people": ("persons", "people in the world at the end of the month"),
        "at_liberty": ("persons", "people at liberty at the end of the month"),
        "cost_prison": ("currency", "prison and local jail"),
        "cost_remand": ("currency", "detention before trial"),
        "cost_supervision": ("currency", "supervision in the community"),
        "cost_courts": ("currency", "hearings"),
        "cost_police": ("currency", "arrests"),
        "cost_programmes": ("currency", "treatment programmes"),
        "cost_restorative": ("currency", "restorative conferences"),
    }

    prison_year: float = figure(unit="currency a person-year", label="a person-year in prison")
    remand_year: float = figure(unit="currency a person-year", label="a person-year on remand")
    supervision_year: float = figure(
        unit="currency a person-year", label="a person-year of supervision"
    )
    hearing: float = figure(unit="currency", label="one case before the court")
    arrest: float = figure(unit="currency", label="one arrest")
    programme_place_year: float = figure(
        unit="currency a person-year", label="a programme place for a year, beyond custody"
    )

    @array_step("accounts")
    def spend(self, world: World) -> None:
        """Count the month's costs."""
        seen, count = world.records.so_far, world.records.count
        people = world.people
        count("people", people.alive())
        count("at_liberty", np.count_nonzero(world.belongs("at_liberty")))
        held = rows_where(people.status >= REMAND, people.followed > 0)
        world.records.event("inside", people.id[held], world.month)
        remand = seen("remand_stock")
        inside = seen("prison_stock") + seen("jail_stock")
        if world.rule("custody").remand_in_prison:
            inside -= remand
        count("cost_prison", inside * self.prison_year / 12.0)
        count("cost_remand", remand * self.remand_year / 12.0)
        count("cost_supervision", seen("supervised_stock") * self.supervision_year / 12.0)
        count("cost_courts", seen("disposals") * self.hearing)
        count("cost_police", seen("arrests") * self.arrest)
