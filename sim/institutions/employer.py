"""An employer: vacancies, and whether it would hire someone with a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World

SECTORS = ("construction", "manufacturing", "transport", "hospitality", "retail")


class Employer(Institution):
    """The employers of one sector in one community.

    ``vacancies`` come up in a month; ``left`` is the fraction of one open to people with a record
    that is carried over. ``willing`` is the share of vacancies open to them; it moves with what
    the employer experiences and with what the community around it thinks. ``registered_opens`` is
    the further share that registration as a cooperating employer opens, ``cooperating`` the share
    of employers registered, ``unasked`` the ratio by which limits on asking about records raise
    the whole (1 without them).
    Experience: ``staff`` are people of the world employed now; ``seen`` and ``seen_arrested`` are
    recent means of staff and of staff arrested a month, ``used_to`` the usual share arrested.
    ``registered_hires`` are hires of the last twelve months owed to registration.
    """

    remembers: ClassVar[tuple[str, ...]] = (
        "vacancies", "left", "willing", "cooperating", "registered_opens", "unasked", "staff",
        "seen", "seen_arrested", "used_to", "registered_hires",
    )  # fmt: skip

    def __init__(self, world: World, number: int, community: int, sector: str) -> None:
        super().__init__(world, number, f"{sector} employers of community {community + 1}")
        self.community = community
        self.sector = sector
        self.vacancies = 0.0
        self.left = 0.0
        self.willing = 0.0
        self.cooperating = 0.0
        self.registered_opens = 0.0
        self.unasked = 1.0
        self.staff = 0
        self.seen = 0.0
        self.seen_arrested = 0.0
        self.used_to = -1.0
        self.registered_hires = 0.0

    def open_share(self) -> float:
        """Share of vacancies open to people with a record, with what levers add."""
        return min((self.willing + self.registered_opens) * self.unasked, 1.0)

    def openings(self) -> int:
        """Whole vacancies open to them this month; the fraction is carried over."""
        available = self.vacancies * self.open_share() + self.left
        whole = int(available)
        self.left = available - whole
        return whole
