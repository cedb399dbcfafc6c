"""Levers whose effect is calibrated give back their published total in a virtual trial.

About 2,000 to 6,000 people a trial, a standard error of 0.05 to 0.09 on the log odds: an effect
that is lost, doubled or of the wrong sign is seen; one that is a third off needs the large run of
``desist trial``.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.app.main import run

TRIALS = Path(__file__).resolve().parents[2] / "scenarios" / "trial"
CALIBRATED = (
    "cbt_prison",
    "cbt_community",
    "drug_treatment_prison",
    "education",
    "stics",
    "visits",
)
BAND = 3.9


def link(scale, value):
    return np.log1p(value / 100.0) if scale == "percent" else np.log(value)


@pytest.mark.slow
@pytest.mark.parametrize("name", CALIBRATED)
def test_a_calibrated_lever_gives_back_its_published_total(name, tmp_path):
    assert yaml.safe_load((TRIALS / f"{name}.yaml").read_text("utf-8"))["role"] == "calibration"
    words = ["trial", f"trial={name}", f"out={tmp_path}", "persons=150000", "worlds=1", "--quiet"]
    assert run(words) == 0
    result = json.loads((tmp_path / "trial.json").read_text("utf-8"))
    scale, ends = result["scale"], result["simulated_ci"]
    found = link(scale, result["simulated"])
    error = (link(scale, ends[1]) - link(scale, ends[0])) / 3.92
    low, high = (link(scale, end) for end in result["published_ci"] or [result["published"]] * 2)
    assert low - BAND * error < found < high + BAND * error
    # Neither no effect at all nor twice the published one would pass.
    published = link(scale, result["published"])
    assert found + 2.0 * error < 0.0
    assert found > 2.0 * published
