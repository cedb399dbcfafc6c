"""Small worlds for tests: a place to vary, dials that turn every lever on, and bounds of chance."""

import copy
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.stats import norm

from sim.assembly import build_rules
from sim.place import Place
from sim.rules import registry
from sim.world import World

ROOT = Path(__file__).resolve().parents[1]
MAPPING = yaml.safe_load(
    (ROOT / "scenarios" / "jurisdiction" / "us_states.yaml").read_text(encoding="utf-8")
)

RISK = 1e-4
"""Probability that a correct model fails one test of chance."""

BAND = float(norm.isf(RISK / 2))
"""Standard errors within which a correct model stays, but for that probability."""


def _place(**changes):
    """Make a place: the shipped one with figures replaced, ``rule__figure=value``."""
    mapping = copy.deepcopy(MAPPING)
    for key, value in changes.items():
        rule, name = key.split("__")
        mapping["figures"].setdefault(rule, {})[name] = {
            "value": value, "source": "assumed", "note": "set by a test",
        }  # fmt: skip
    return Place.from_mapping("test_place", mapping)


def _away_from_default(quantity):
    if isinstance(quantity.default, bool) or quantity.unit == "on or off":
        return not quantity.default
    far = quantity.high if quantity.default < quantity.high else quantity.low
    return quantity.default + 0.4 * (far - quantity.default)


@pytest.fixture(scope="session")
def make_place():
    return _place


@pytest.fixture(scope="session")
def ambitious():
    """Dials that turn on every lever there is, read off the registry."""
    return {
        name: {
            q.name: _away_from_default(q) for q in rule.quantities().values() if q.kind == "dial"
        }
        for name, rule in registry().items()
        if rule.kind == "lever"
    }


@pytest.fixture(scope="session")
def make_world():
    """Make a world: figures as ``rule__figure=value``, everything else by its own name."""

    def make(persons=300, seed=1, dials=None, parameters=None, months=None, **more):
        options = {key: more.pop(key) for key in ("warmup_months", "engine") if key in more}
        levers = more.pop("all_levers", False)
        place = _place(**more)
        rules = build_rules(place, dials, parameters, all_levers=levers)
        world = World(place, rules, persons, seed, **({"warmup_months": 0} | options))
        if months is not None:
            world.run_to(months)
        return world

    return make


@pytest.fixture(scope="session")
def differing():
    """Name what differs between two finished runs (common metrics only, nan equals nan)."""

    def names(one, other):
        found = [
            f"series {name}"
            for name in one.series.keys() & other.series.keys()
            if not np.array_equal(one.series[name], other.series[name], equal_nan=True)
        ]
        found += [
            f"cohort {name}"
            for name in one.cohort
            if not np.array_equal(one.cohort[name], other.cohort[name])
        ]
        return sorted(found)

    return names


@pytest.fixture(scope="session")
def band():
    return BAND


@pytest.fixture(scope="session")
def standard_errors():
    """Tell how many binomial standard errors a count lies from its expectation."""

    def distance(count, trials, probability):
        """Accept scalars, or arrays of independent trials whose sums are compared."""
        trials, probability = np.asarray(trials, float), np.asarray(probability, float)
        expected = (trials * probability).sum()
        variance = (trials * probability * (1.0 - probability)).sum()
        return abs(float(count) - expected) / np.sqrt(variance)

    return distance
