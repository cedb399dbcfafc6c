"""A community: where people live, are accepted or not, and offences happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class Community(Institution):
    """A community with its residents and what it thinks of people who have offended.

    ``acceptance`` is the share who accept them as members of the community in principle,
    ``helping`` the share who would help; ``offences`` is last month's reported local crime per
    resident, ``usual_offences`` the level that people have got used to.
    Levers add ``persuaded`` (points of acceptance by campaigns) and ``repaired`` (by visible
    work); ``spoken`` is the part of acceptance that stays words and moves nobody to act.
    """

    remembers: ClassVar[tuple[str, ...]] = (
        "residents", "acceptance", "helping", "offences", "usual_offences",
        "persuaded", "repaired", "spoken", "campaign_months",
    )  # fmt: skip

    def __init__(self, world: World, number: int, index: int, share: float) -> None:
        super().__init__(world, number, f"community {index + 1}")
        self.index = index
        self.share = share
        self.residents = 0
        self.acceptance = 0.0
        self.helping = 0.0
        self.offences = 0.0
        self.usual_offences = 0.0
        self.persuaded = 0.0
        self.repaired = 0.0
        self.spoken = 0.0
        self.campaign_months = 0

    @property
    def in_deeds(self) -> float:
        """Acceptance that people act on."""
        return self.acceptance - self.spoken
