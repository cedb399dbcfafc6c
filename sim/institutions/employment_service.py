"""The employment service: places for people looking for work after custody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class EmploymentService(Agency):
    """An employment service: the people in its care (``caseload``), and those who wait.

    ``by_service`` is both for each of the services that it runs.
    """

    remembers: ClassVar[tuple[str, ...]] = (*Agency.remembers, "by_service")

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "employment service")
        self.by_service: dict[str, tuple[int, int]] = {}

    def note(self, service: str, busy: int, waiting: int) -> None:
        """One of its services looks after so many people, and lets so many wait."""
        self.by_service[service] = (busy, waiting)
        self.caseload = sum(part[0] for part in self.by_service.values())
        self.waiting = sum(part[1] for part in self.by_service.values())

    def state(self) -> dict[str, Any]:
        """What next month needs to know, apart from what goes on here."""
        return super().state() | {"by_service": dict(self.by_service)}
