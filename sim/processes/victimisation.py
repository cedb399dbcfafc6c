"""Victims: who is harmed, whether the police hear of it, and how symptoms run.

Harm in money is the published cost of each kind of offence to victims and society, kept apart
from public spending. Symptoms are clinical post-traumatic stress after offences against the
person and burglary: some remit within months, a share is chronic.
Not modelled: repeat victimisation, and victims who are themselves people of the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.offences import GROUP_OF, HAS_VICTIM, IS_PERSONAL, NAMES, VIOLENT, by_offence
from sim.rules import Process, array_step, figure, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World


class Victimisation(Process):
    """Harm, reporting and the course of symptoms."""

    metrics: ClassVar = {
        "victims": ("victimisations", "offences with a victim"),
        "victims_reported": ("victimisations", "of these, reported to the police"),
        "victims_with_symptoms": (
            "persons",
            "victims of the last 24 months with symptoms",
        ),
        "harm_to_victims": ("currency", "cost of offences to victims, apart from public cost"),
    }

    reporting: dict[str, float] = figure(
        unit="probability", label="share of victimisations reported to the police"
    )
    harm: dict[str, float] = figure(unit="currency", label="cost of one offence to its victim")
    symptoms: dict[str, float] = parameter(
        {"sexual": 0.571, "robbery": 0.182, "serious_assault": 0.368, "burglary": 0.05},
        unit="probability", low=0.5, high=1.3, source="ptsd_offence_87",
        label="clinical post-traumatic stress after the offence",
        note="lifetime prevalence among women; burglary is assumed",
    )  # fmt: skip
    chronic: float = parameter(
        0.391, unit="probability", low=0.30, high=0.50, source="ptsd_remission",
        label="symptoms that become chronic",
    )  # fmt: skip
    remission_months: float = parameter(
        3.55, unit="months", low=2.0, high=6.0, source="ptsd_remission",
        label="mean time to remission of the others",
        note="solves 1 - exp(-3 / m) = 0.348 / 0.609: a third of all remit within 3 months",
    )  # fmt: skip

    @array_step("victims")
    def suffer(self, world: World) -> None:
        """Give each offence with a victim its harm, report and symptoms."""
        incidents, people = world.incidents, world.people
        kind, ids = incidents.offence, incidents.ids
        told = np.where(HAS_VICTIM, by_offence(self.reporting), 0.0)
        incidents.reported = self.happens(
            world, "report", ids, told, slot=incidents.ordinal, kind=kind
        )
        incidents.victim = np.full(kind.shape[0], -1, np.int64)
        personal = rows_where(IS_PERSONAL[kind])
        incidents.victim[personal] = world.victims.add(
            world.month,
            person=ids[personal],
            month=np.full(personal.shape[0], world.month),
            ordinal=incidents.ordinal[personal],
            offence=kind[personal],
            reported=incidents.reported[personal],
            symptoms_end=self._symptoms_end(
                world, kind[personal], ids[personal], incidents.ordinal[personal]
            ),
        )
        by_kind = np.bincount(kind, minlength=len(NAMES))
        reported = np.bincount(pick(kind, incidents.reported), minlength=len(NAMES))
        world.records.tally("offences", world.month, by_kind)
        world.records.tally("reported", world.month, reported)
        count, harm = world.records.count, by_offence(self.harm)
        count("victims", by_kind[HAS_VICTIM].sum())
        count("victims_reported", reported.sum())
        count("harm_to_victims", (by_kind * harm).sum())
        followed = rows_where(people.followed[incidents.rows] > 0)
        kind, ids = kind[followed], ids[followed]
        severe = GROUP_OF[kind] == VIOLENT
        world.records.event("severe_offence", ids[severe], world.month)
        harmful = (harm > 0.0)[kind]
        world.records.event("harm", ids[harmful], world.month, np.round(harm)[kind[harmful]])

    @array_step("accounts")
    def look_back(self, world: World) -> None:
        """Count the victims who have symptoms at the end of the month."""
        symptoms = np.count_nonzero(world.victims.symptoms_end > world.month)
        world.records.count("victims_with_symptoms", symptoms)

    def _symptoms_end(
        self, world: World, kind: NDArray[np.int64], ids: NDArray[np.uint32],
        ordinal: NDArray[np.uint32],
    ) -> NDArray[np.int64]:  # fmt: skip
        affected = self.draw(world, "symptoms", ids, slot=ordinal) < by_offence(self.symptoms)[kind]
        chronic = self.draw(world, "chronic", ids, slot=ordinal) < self.chronic
        wait = -np.log(self.draw(world, "remission", ids, slot=ordinal)) * self.remission_months
        end = world.month + np.where(chronic, 600, np.ceil(wait)).astype(np.int64)
        return np.where(affected, end, np.int64(-(2**15)))
