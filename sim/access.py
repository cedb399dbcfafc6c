"""Who is reached: counts of people at each stage of access to a lever, by group.

Fairness is judged by these counts beside those of the people who would have been eligible. Groups
are sex, age band, nationality, community and the optional label that a user defines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numba as nb
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
    belongs = world.once("access.belongs", lambda: _belongs(len(world.communities)))
    if rows.shape[0] == 0:
        return np.zeros(belongs.shape[1])
    cells = world.this_month("access.cells", lambda: _cells(world))
    found = np.zeros(belongs.shape[0])
    _count(rows, cells, found)
    people: NDArray[np.float64] = found @ belongs
    return people


@nb.njit(cache=True)
def _count(rows, cells, found):  # type: ignore[no-untyped-def]
    for row in rows:
        found[cells[row]] += 1.0


def _belongs(communities: int) -> NDArray[np.float64]:
    """Whether the people of a cell (`_cells`) belong to a group, shape (cells, groups), 0 or 1."""
    shape = (2, 3, 2, 2, communities)
    codes = np.indices(shape).reshape(len(shape), -1)
    each = [code[:, None] == np.arange(size) for code, size in zip(codes, shape, strict=True)]
    everybody = np.ones((codes.shape[1], 1), np.bool_)
    return np.concatenate([everybody, *each], axis=1).astype(np.float64)


def _cells(world: World) -> NDArray[np.uint16]:
    """Everybody's cell in the table of sex, age, nationality, label and community."""
    people, (born_25, born_40) = world.people, world.month - 12.0 * np.array(AGE_EDGES_YEARS)
    cells = np.empty(len(people), np.uint16)
    _find_cells(
        people.male, people.birth_month, people.foreign, people.label, people.community,
        born_25, born_40, len(world.communities), cells,
    )  # fmt: skip
    return cells


@nb.njit(cache=True)
def _find_cells(male, birth, foreign, label, community, born_25, born_40, communities, cells):  # type: ignore[no-untyped-def]
    for i in range(cells.shape[0]):
        age = np.int64(birth[i] <= born_25) + np.int64(birth[i] <= born_40)
        person = ((male[i] * 3 + age) * 2 + foreign[i]) * 2 + label[i]
        cells[i] = person * communities + community[i]
