"""A small world for every place and policy of a study, lived through before a folder is begun.

Every number of a place may be within its range and still make no sense beside the others: mixes
that add up to nothing, a median above the mean. What such numbers do shows when a world is made.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import DesistError
from sim.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiment.plan import Plan
    from sim.place import Place
    from sim.rules import Rule

PERSONS, MONTHS = 60, 3


def rehearse(plan: Plan) -> None:
    """Refuse numbers that cannot be simulated together.

    Raises
    ------
    DesistError
        Names the place's file and the rule in which the numbers fail.
    """
    for name, place in plan.places.items():
        for arm in plan.policies:
            live_through(plan.place(name), plan.rules(name, arm), place.file.where())


def live_through(place: Place, rules: Sequence[Rule], where: str) -> None:
    """Make a world of a few people and let some months pass.

    Raises
    ------
    DesistError
        For a number that is none, or one divided by nothing.
    """
    try:
        with np.errstate(invalid="raise", divide="raise"):
            World(place, tuple(rules), PERSONS, 1, warmup_months=1).run_to(MONTHS)
    except (FloatingPointError, ZeroDivisionError) as error:
        raise DesistError(
            f"the numbers of {place.title} cannot be simulated together", where=where,
            why=f"{error} in '{_rule_of(error)}'", mend="look at that rule's figures",
        ) from None  # fmt: skip
    except DesistError:
        raise
    except Exception:
        return  # an error of a rule: it is recorded with every cell that has it


def _rule_of(error: Exception) -> str:
    """The innermost process or lever that an error passed through."""
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    rules = [file.stem for file in files if file.parent.name in ("processes", "levers")]
    return rules[-1] if rules else "the model"
