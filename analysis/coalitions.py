"""Which combinations of a package's levers have to be simulated to share out its effect.

The convention: a combination is a policy named ``package~leverA+leverB``, its levers in
alphabetical order; all levers together are the package itself, none is the baseline. With
few levers all combinations are simulated; with many, those met on a sample of orders in
which the levers could be added one by one (Castro, Gómez & Tejada 2009), each order with
its reverse, which cancels much of the sampling error (Mitchell et al. 2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from analysis.errors import AnalysisError

MARK, PLUS = "~", "+"
# Up to so many levers all 2^k combinations are simulated: 64 policies.
EXACT_UP_TO = 6
# Orders sampled beyond that, reverses included.
ORDERS = 16

Orders = tuple[tuple[str, ...], ...]


def coalition_name(package: str, levers: Iterable[str], every: Iterable[str], baseline: str) -> str:
    """Name the policy with only these levers of a package.

    Examples
    --------
    >>> levers = ("jobs", "housing", "treatment")
    >>> coalition_name("all", ["treatment", "jobs"], levers, "status_quo")
    'all~jobs+treatment'
    >>> coalition_name("all", levers, levers, "status_quo"), coalition_name("all", [], levers, "a")
    ('all', 'a')
    """
    chosen = sorted(set(levers))
    if not chosen:
        return baseline
    return package if chosen == sorted(set(every)) else f"{package}{MARK}{PLUS.join(chosen)}"


def coalition_of(policy: str, package: str, every: Sequence[str], baseline: str) -> frozenset[str]:
    """Levers of a combination, from its name.

    >>> sorted(coalition_of("all~jobs+treatment", "all", ["jobs", "housing", "treatment"], "none"))
    ['jobs', 'treatment']
    """
    if policy == package:
        return frozenset(every)
    if policy == baseline:
        return frozenset()
    return frozenset(policy.removeprefix(package + MARK).split(PLUS))


def lever_orders(levers: Sequence[str], *, count: int = ORDERS, seed: int = 0) -> Orders | None:
    """Sample the orders in which levers are added; None where all combinations are used.

    Parameters
    ----------
    levers : sequence of str
        At most :data:`EXACT_UP_TO` of them need no sample.
    count : int
        Orders, reverses included; an odd number is rounded up.
    seed : int
        The same seed gives the same orders, to the planner and to the analysis.

    Examples
    --------
    >>> lever_orders(["a", "b"]) is None
    True
    >>> len(lever_orders([f"lever{at}" for at in range(9)], count=4))
    4
    """
    names = sorted(levers)
    if len(names) <= EXACT_UP_TO:
        return None
    if count < 2:
        raise AnalysisError(f"{count} orders cannot share out an effect", mend="use 16 or more")
    rng = np.random.default_rng(seed)
    orders: list[tuple[str, ...]] = []
    while len(orders) < count:
        order = tuple(names[at] for at in rng.permutation(len(names)))
        orders += [order, order[::-1]]
    return tuple(orders)


def needed_coalitions(
    levers: Sequence[str], orders: Orders | None, *, with_pairs: bool = False
) -> list[frozenset[str]]:
    """Combinations that the decomposition needs, the smallest first, none and all included.

    ``with_pairs`` adds each lever alone and each two together, which interactions need
    where the orders are a sample.
    """
    names = sorted(levers)
    if orders is None:
        return [frozenset(one) for size in range(len(names) + 1)
                for one in combinations(names, size)]  # fmt: skip
    found = {frozenset(order[:size]) for order in orders for size in range(len(names) + 1)}
    if with_pairs:
        found |= {frozenset(one) for size in (1, 2) for one in combinations(names, size)}
    return sorted(found, key=lambda one: (len(one), sorted(one)))


def coalition_policies(
    package: str,
    dials: Mapping[str, Mapping[str, Any]],
    baseline: str,
    *,
    parts: Mapping[str, Sequence[str]] | None = None,
    orders: Orders | None = None,
    with_pairs: bool = False,
) -> dict[str, dict[str, dict[str, Any]]]:
    """Policies to simulate, for the planner of a sweep.

    Parameters
    ----------
    package : str
        Name of the package.
    dials : mapping
        Lever -> dial -> value: what the package sets.
    baseline : str
        Name of the policy without any of it.
    parts : mapping, optional
        Name -> levers that are added together, such as those of one paragraph; by default
        each lever is a part of its own.
    orders : optional
        From :func:`lever_orders` of the parts' names.

    Returns
    -------
    dict
        Policy -> dials, the baseline (no dials) and the package included.

    Examples
    --------
    >>> list(coalition_policies("both", {"a": {"x": 1}, "b": {"y": 2}}, "status_quo"))
    ['status_quo', 'both~a', 'both~b', 'both']
    """
    parts = {lever: [lever] for lever in dials} if parts is None else parts
    _check_parts(package, dials, parts)
    names = sorted(parts)
    return {
        coalition_name(package, chosen, names, baseline): {
            lever: dict(dials[lever]) for name in sorted(chosen) for lever in parts[name]
        }
        for chosen in needed_coalitions(names, orders, with_pairs=with_pairs)
    }


def _check_parts(
    package: str, dials: Mapping[str, Mapping[str, Any]], parts: Mapping[str, Sequence[str]]
) -> None:
    if len(parts) < 2:
        raise AnalysisError(f"'{package}' has fewer than two levers", why="nothing to share out")
    for name in (package, *parts):
        if MARK in name or PLUS in name:
            raise AnalysisError(f"'{name}' cannot be decomposed", why=f"it has {MARK} or {PLUS}")
    members = [lever for levers in parts.values() for lever in levers]
    for lever in members:
        if lever not in dials:
            raise AnalysisError(f"'{package}' does not set the lever '{lever}'")
    left = sorted(set(dials) - set(members))
    if left or len(members) != len(set(members)):
        what = f"'{left[0]}' is in none" if left else "one lever is in two"
        raise AnalysisError(f"the parts of '{package}' are not a partition", why=what)
