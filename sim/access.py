"""Who is reached: counts of people at each stage of access to a lever, by group.

Fairness is judged by these counts beside those of the people who would have been eligible. Groups
are sex, age band, nationality, community and the optional label that a user defines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.world import World

Stage = Literal["eligible", "offered", "consented", "started", "completed"]
"""Stages of access, in order; a lever may have only some."""

AGE_EDGES_YEARS = (25.0, 40.0)

_FIXED = (
    "all", "sex=female", "sex=male", "age=under 25", "age=25-39", "age=40 and over",
    "nationality=national", "nationality=foreign", "label=no", "label=yes",
)  # fmt: skip


def groups(communities: int) -> tuple[str, ...]:
    """Names of the groups, in the order of `counts`."""
    return (*_FIXED, *(f"community={i + 1}" for i in range(communities)))


def counts(world: World, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """People among the rows who belong to each group, shape (groups,)."""
    people = world.people
    age = (world.month - people.birth_month[rows]) / 12.0
    parts = [
        np.array([rows.shape[0]]),
        np.bincount(people.male[rows], minlength=2),
        np.bincount(np.searchsorted(AGE_EDGES_YEARS, age, side="right"), minlength=3),
        np.bincount(people.foreign[rows], minlength=2),
        np.bincount(people.label[rows], minlength=2),
        np.bincount(people.community[rows], minlength=len(world.communities)),
    ]
    return np.concatenate(parts).astype(np.float64)
