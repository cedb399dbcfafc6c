"""Virtual trials, each beside the published one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.errors import DesistError
from sim.experiment.scenario import Scenarios
from sim.experiment.trial import NULL, check_trial
from sim.experiment.trial_effects import Z, from_link
from sim.experiment.trial_prepare import prepare
from sim.experiment.trial_result import Size
from sim.experiment.trial_run import run_trial
from sim.experiment.validation.score import Scored

FEW = ("too few events", "nobody was enrolled")
"""What a small run may answer; anything else that a trial refuses is a mistake in its file."""


def load_and_run(scenarios: Scenarios, name: str, size: Size) -> dict[str, Any]:
    """Run one trial file; where too few people were enrolled, say so instead."""
    scenario = scenarios.load("trial", name, "trials=")

    def where(keys: tuple[object, ...]) -> str:
        return scenario.file.where(*keys)

    trial = check_trial(scenario.content, where)
    place = scenarios.load("jurisdiction", trial.jurisdiction, where(("jurisdiction",)))
    built, rules = prepare(trial, scenario, place, where)
    try:
        return run_trial(trial, scenario, built, rules, size).as_json()
    except DesistError as error:
        if not error.what.startswith(FEW):
            raise
        return {
            "name": name, "title": trial.title, "role": trial.role, "scale": trial.scale,
            "published": trial.published.value, "source": trial.source, "missing": str(error),
            "published_sign": trial.published.sign,
        }  # fmt: skip


def to_link(value: float, scale: str) -> float:
    """From a scale to its link, the inverse of `from_link`.

    >>> round(to_link(0.684, "hazard ratio"), 2), to_link(-5.0, "points")
    (-0.38, -0.05)
    """
    if scale == "points":
        return value / 100.0
    if scale == "standardised difference":
        return value
    ratio = 1.0 + value / 100.0 if scale == "percent" else value
    return math.log(ratio) if ratio > 0.0 else -math.inf


def scored(result: Mapping[str, Any]) -> Scored:
    """Judge one virtual trial.

    The interval predicts what a trial of the published size would report: the error of the
    simulated effect and that of the published one, on the link of the scale. Effects carry no
    model error of their own.
    """
    role = str(result["role"])
    kind = "trial, calibration" if role == "calibration" else "trial, validation"
    name, scale = str(result["name"]), result["scale"]
    about = {"definition": result.get("definition", result["title"]), "unit": scale,
             "source": result["source"]}  # fmt: skip
    published = result["published"]
    if "missing" in result:
        return Scored(kind, name, scale, published, None, None, None, None,
                      note=result["missing"], **about)  # fmt: skip
    link = to_link(result["simulated"], scale)
    own = _width(result["simulated_ci"], scale)
    verdict = "agrees" if result["agrees"] else "does not agree"
    rule = f"desist trial: {verdict} ({result['agreement']})"
    if result["published_sign"] is not None:
        low, high = result["simulated_ci"]
        sign = 1.0 if result["published_sign"] == "above" else -1.0
        return Scored(
            kind, name, scale, None, result["simulated"], low, high, bool(result["agrees"]),
            sign_agrees=bool(np.sign(link) == sign),
            note=f"published: {result['published_sign']} no effect; {rule}", **about,
        )  # fmt: skip
    ends = result["published_ci"]
    # Without a published interval: information grows with people.
    scaled = own * math.sqrt(result["large_n"] / sum(result["n"].values()))
    sampling = _width(ends, scale) if ends else scaled
    sd = math.hypot(own, sampling)
    low, high = (from_link(link + side * Z * sd, scale) for side in (-1, 1))
    observed = to_link(published, scale)
    z = (observed - link) / sd
    clear = ends is None or not ends[0] <= NULL[scale] <= ends[1]
    is_null = published == NULL[scale] or not clear
    return Scored(
        kind, name, scale, published, result["simulated"], low, high, bool(abs(z) <= Z),
        observed_lo=ends[0] if ends else None, observed_hi=ends[1] if ends else None,
        error=result["simulated"] - published, z=z,
        sign_agrees=None if is_null else bool(np.sign(link) == np.sign(observed)),
        null_respected=bool(ends[0] <= result["simulated"] <= ends[1])
        if ends and is_null else None,
        note=rule, **about,
    )  # fmt: skip


def _width(ends: tuple[float, float], scale: str) -> float:
    """Standard error from a 95 % interval, on the link."""
    low, high = (to_link(end, scale) for end in ends)
    if not math.isfinite(low):
        return (high - to_link(NULL[scale], scale)) / Z
    return (high - low) / (2.0 * Z)
