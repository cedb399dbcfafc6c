"""A community: where people live, are accepted or not, and offences happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class Community(Institution):
    """A community with its residents and what it thinks of people who have offended.

    What it is like: ``deprivation`` (standard score among the communities) has fewer vacancies and
    homes; ``efficacy`` (collective efficacy, 1 for the mean community) is the readiness to act for
    one another, and bears on who helps.
    What it thinks: ``acceptance`` is the share who accept people who have offended in principle,
    ``helping`` the share who would help; levers add ``persuaded`` (by campaigns) and ``repaired``
    (by visible work); ``spoken`` is the part that stays words and moves nobody to act.
    What it sees: ``offences`` is last month's reported local crime per resident, ``contact`` the
    share of people in the world who live and work there among others; ``usual_offences`` and
    ``usual_contact`` are the levels that residents are used to.
    Who lives there, at the end of last month: ``residents`` of the world, ``at_liberty``,
    ``housed``; ``homes`` is the stock that people with a record can get, without ``supported``
    homes, which levers add.
    """

    remembers: ClassVar[tuple[str, ...]] = (
        "deprivation", "efficacy", "residents", "at_liberty", "housed", "homes", "supported",
        "acceptance", "helping", "offences", "usual_offences", "contact", "usual_contact",
        "persuaded", "repaired", "spoken", "campaign_months",
    )  # fmt: skip

    def __init__(self, world: World, number: int, index: int, share: float) -> None:
        super().__init__(world, number, f"community {index + 1}")
        self.index = index
        self.share = share
        self.deprivation = 0.0
        self.efficacy = 1.0
        self.residents = 0
        self.at_liberty = 0
        self.housed = 0
        self.homes = 0.0
        self.supported = 0.0
        self.acceptance = 0.0
        self.helping = 0.0
        self.offences = 0.0
        self.usual_offences = -1.0
        self.contact = 0.0
        self.usual_contact = -1.0
        self.persuaded = 0.0
        self.repaired = 0.0
        self.spoken = 0.0
        self.campaign_months = 0

    @property
    def in_deeds(self) -> float:
        """Acceptance that people act on."""
        return self.acceptance - self.spoken

    @property
    def homeless(self) -> int:
        """People at liberty without a home, at the end of last month."""
        return self.at_liberty - self.housed
