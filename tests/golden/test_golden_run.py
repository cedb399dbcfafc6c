"""One small run, kept to the last digit: it changes only on purpose.

``golden.json`` holds the place and the dials of the run, so that tuning a shipped file does not
move it, and what came out. To accept a change of the model, say so in the changelog and run

    python -m tests.golden.test_golden_run

which writes the file anew from the shipped place; look at the difference before committing it.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.assembly import build_rules
from sim.place import Place
from sim.world import World

HERE = Path(__file__).resolve().parent
STORE = HERE / "golden.json"
SHIPPED = HERE.parents[1] / "scenarios" / "jurisdiction" / "us_states.yaml"
PERSONS, WARMUP, MONTHS, SEED = 500, 24, 24, 20261124
DIALS = {
    "prison_treatment": {"places": 30.0},
    "restorative_justice": {"referral": 0.8, "facilitators": 5.0},
    "noncustodial_sentences": {"uptake": 0.6, "replacement": 0.8},
}


def simulate(place, dials):
    """Warm up under the status quo, then fork, as an experiment does."""
    world = World(place, build_rules(place), PERSONS, SEED, warmup_months=WARMUP)
    world.run_to(0)
    world = World.resume(world.snapshot(), build_rules(place, dials))
    world.run_to(MONTHS)
    return world.records.finish()


def digest(cohort):
    """Hash of the cohort's whole-number columns, byte order fixed."""
    text = hashlib.sha256()
    for name in sorted(cohort):
        if cohort[name].dtype.kind != "f":
            text.update(name.encode() + cohort[name].astype("<i8").tobytes())
    return text.hexdigest()


def summary(run):
    return {
        "series": {name: float(np.nansum(values)) for name, values in sorted(run.series.items())},
        "last month": {name: float(values[-1]) for name, values in sorted(run.series.items())},
        "cohort rows": int(run.cohort["month"].shape[0]),
        "cohort digest": digest(run.cohort),
        "age_years": float(run.cohort["age_years"].sum(dtype=float)),
    }


def compute(mapping):
    place = Place.from_mapping("golden", mapping)
    return {"status quo": summary(simulate(place, {})), "levers": summary(simulate(place, DIALS))}


@pytest.fixture(scope="module")
def stored():
    return json.loads(STORE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def now(stored):
    return compute(stored["place"])


@pytest.mark.parametrize("policy", ["status quo", "levers"])
def test_the_golden_run_is_what_it_was(policy, stored, now):
    # Sums of fractions are compared to 1e-12, because their rounding is the platform's.
    then, again = stored["runs"][policy], now[policy]
    for part in ("series", "last month"):
        assert again[part] == pytest.approx(then[part], rel=1e-12, nan_ok=True), part
    assert again["cohort rows"] == then["cohort rows"]
    assert again["cohort digest"] == then["cohort digest"]
    assert again["age_years"] == pytest.approx(then["age_years"], rel=1e-12)


def test_the_golden_run_is_worth_keeping(stored):
    quiet, levers = stored["runs"]["status quo"], stored["runs"]["levers"]
    assert quiet["cohort rows"] > 50 and quiet["series"]["convictions"] > 50
    for metric in ("treatment_completions", "conferences_held", "custody_replaced"):
        assert levers["series"][metric] > 0


if __name__ == "__main__":
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    written = {"place": shipped, "runs": compute(shipped)}
    STORE.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(f"written: {STORE.name}")
