"""How a study is run, as opposed to what is simulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.experiment.cells import Batch
from sim.experiment.engine import Engine


@dataclass(frozen=True)
class Way:
    """How to run, as opposed to what.

    Attributes
    ----------
    other_code
        Set cells of another version of the code aside instead of refusing.
    wait
        Wait for another run in the folder to end instead of refusing.
    cell
        Run this cell only (the beginning of its key is enough).
    """

    engine: Engine
    other_code: bool = False
    wait: bool = False
    cell: str = ""


def only(todo: Sequence[Batch], cell: str) -> list[Batch]:
    """The batches, or what of them is the one cell that was asked for."""
    if not cell:
        return list(todo)
    return [
        replace(batch, arms=(arm,))
        for batch in todo
        for arm in batch.arms
        if arm.cell.startswith(cell)
    ]
