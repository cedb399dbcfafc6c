"""What every institution has in common: an identity for draws, and state that can be forked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import mesa

if TYPE_CHECKING:
    from sim.world import World

FIRST_ID = 1 << 30
"""Identities of institutions start here; founders' lie below, entrants' from 2**31 on."""


class Institution(mesa.Agent):  # type: ignore[misc]
    """A Mesa agent whose state is the attributes named in ``remembers``."""

    remembers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, world: World, number: int, name: str) -> None:
        super().__init__(world)
        self.number = number
        self.name = name
        self.key = FIRST_ID + number

    def state(self) -> dict[str, Any]:
        """What next month needs to know."""
        return {name: getattr(self, name) for name in self.remembers}

    def restore(self, state: dict[str, Any]) -> None:
        """Take a snapshot's state over."""
        for name, value in state.items():
            setattr(self, name, value)
