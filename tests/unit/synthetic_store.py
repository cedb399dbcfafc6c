"""A made-up output folder in the agreed schema, to develop and test the analysis against.

People share their luck between policies (one uniform number each), and a policy changes
what that luck means, so paired differences behave as they do in the model. The levels
are near published ones but are made up; nothing here is evidence.

    python tests/unit/synthetic_store.py DIR      writes a large one to look at
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

POLICIES = {
    "status_quo": ("Status quo", (), {}, "What happens if nothing changes?"),
    "prison_rehabilitation": (
        "Rehabilitation in prison", (37,),
        {"prison_treatment": {"places_per_100": 20, "matching": True}},
        "What if treatment in prison reached those who need it?",
    ),
    "restorative_justice": (
        "Restorative justice", (42,), {"restorative_justice": {"referral_share": 0.4}},
        "What if victims and the people who harmed them could meet before sentence?",
    ),
    "noncustodial_sentences": (
        "Non-custodial sentences", (36,), {"noncustodial_sentences": {"replaced": 0.3}},
        "What if short custody were replaced by supervision in the community?",
    ),
}  # fmt: skip

# policy -> multiplier on reoffending, on prison, on supervision, programme cost
EFFECTS = {
    "status_quo": (1.0, 1.0, 1.0, 0.0),
    "prison_rehabilitation": (0.94, 0.985, 1.0, 3.0),
    "restorative_justice": (0.985, 0.998, 1.0, 1.5),
    "noncustodial_sentences": (0.995, 0.88, 1.22, 0.2),
}

OUTCOMES = {
    "rearrest": ("Rearrest", "%", "lower"),
    "reconviction": ("Reconviction", "%", "lower"),
    "return_to_prison": ("Return to prison", "%", "lower"),
    "reoffending": ("Reoffending, detected or not", "%", "lower"),
    "offences_per_1000": ("Offences", "per 1,000 people a year", "lower"),
    "victims_per_1000": ("Victimisations", "per 1,000 people a year", "lower"),
    "victims_with_symptoms_per_1000": ("Victims with symptoms", "per 1,000 people", "lower"),
    "prison_population": ("Prison population", "per 1,000 people", "neither"),
    "prison_density": ("Prison density", "%", "lower"),
    "remand_population": ("Remand population", "per 1,000 people", "lower"),
    "days_to_disposition": ("Time to disposition", "days", "lower"),
    "supervised_per_1000": ("People under supervision", "per 1,000 people", "neither"),
    "newly_supervised_per_1000": ("Net-widening", "per 1,000 people a year", "lower"),
    "public_cost_per_person_year": ("Public cost", "USD a person-year", "lower"),
    "harm_per_person_year": ("Harm to victims", "USD a person-year", "lower"),
    "treatment_completions_per_1000": ("Treatment completed", "per 1,000 people a year", "higher"),
    "conferences_per_1000": ("Restorative conferences held", "per 1,000 people a year", "higher"),
}

COHORT_EVENTS = {
    ("rearrest", "first arrest after release"): "to_rearrest",
    ("reconviction", "first arrest leading to conviction after release"): "to_reconviction",
    ("return_to_prison", "any"): "to_return",
    ("return_to_prison", "new crime"): "to_return_new_crime",
    ("return_to_prison", "breach"): "to_return_breach",
    ("reoffending", "first offence after release, detected or not"): "to_offence",
}


@dataclass(frozen=True)
class Design:
    """Size of the folder to write; ``null`` makes every policy equal to the baseline.

    ``is_rich`` adds what only some studies store: access by group, the cohort's groups and
    months at liberty, parts of a package, points of a one-at-a-time design, and the settings
    for decisions; ``draws`` adds parameter draws.
    """

    replications: int = 4
    releases_a_month: int = 12
    months: int = 72
    start: int = 12
    persons: int = 2000
    policies: tuple[str, ...] = tuple(POLICIES)
    jurisdictions: tuple[str, ...] = ("us_states",)
    horizons: tuple[int, ...] = (12, 24, 36)
    null: bool = False
    seed: int = 1
    is_rich: bool = False
    draws: int = 0


def write_store(out: Path, design: Design | None = None) -> Path:
    """Write manifest and cells; return the folder."""
    design = design or Design()
    names = ("outcomes", "series", "cohort", *(["access"] if design.is_rich else []))
    for name in names:
        (out / "cells" / name).mkdir(parents=True, exist_ok=True)
    for place, jurisdiction in enumerate(design.jurisdictions):
        for replication in range(design.replications):
            tables: dict[str, list[pd.DataFrame]] = {name: [] for name in names}
            for arm in _arms(design):
                keys = {"cell": f"{jurisdiction}-{arm.name}-{arm.draw}-{arm.point}-{replication}",
                        "jurisdiction": jurisdiction, "policy": arm.name,
                        "draw": np.int32(arm.draw),
                        "replication": np.int32(replication)}  # fmt: skip
                if design.is_rich:
                    keys["point"] = np.int64(arm.point)
                seed = (design.seed, place, replication)
                cohort = _cohort(arm, design, seed)
                series = _series(arm, design, seed)
                parts = {"cohort": cohort, "series": series,
                         "outcomes": _outcomes(cohort, series, design)}  # fmt: skip
                if design.is_rich:
                    parts["access"] = _access(arm, seed)
                for name, frame in parts.items():
                    for at, (key, value) in enumerate(keys.items()):
                        frame.insert(at, key, value)
                    tables[name].append(frame)
            for name, frames in tables.items():
                file = out / "cells" / name / f"{jurisdiction}-{replication:05d}.parquet"
                pd.concat(frames, ignore_index=True).to_parquet(file, index=False)
    _write_small_tables(out, design)
    text = json.dumps(manifest(design), indent=1)
    (out / "manifest.json").write_text(text, encoding="utf-8")
    return out


@dataclass(frozen=True)
class Arm:
    """What is simulated: a policy, or a part or other strength of it, in one draw."""

    policy: str
    name: str
    draw: int = 0
    point: int = 0
    strength: float = 1.0


# Parts of a package with the share of its effect, and points with what their dial does to it.
PARTS = {"prison_education": 0.3, "prison_treatment": 0.6}
POINTS = {11: ("dials.prison_treatment.places_per_100", 10.0, 0.5),
          12: ("dials.prison_treatment.places_per_100", 40.0, 1.6),
          13: ("parameters.offending.frailty_shape", 0.7, 0.9),
          14: ("parameters.offending.frailty_shape", 0.9, 1.2)}  # fmt: skip
PACKAGE = "prison_rehabilitation"


def draw_strengths(design: Design) -> list[float]:
    """How strong every policy is under draw 0, 1, ...: the one uncertain parameter."""
    drawn = np.random.default_rng((design.seed, 55)).normal(1.0, 0.6, design.draws)
    return [1.0, *map(float, drawn)]


def _arms(design: Design) -> list[Arm]:
    arms = [
        Arm(policy, policy, draw, 0, strength)
        for draw, strength in enumerate(draw_strengths(design)) for policy in design.policies
    ]  # fmt: skip
    if design.is_rich and PACKAGE in design.policies:
        arms += [Arm(PACKAGE, f"{PACKAGE}~{part}", strength=share) for part, share in PARTS.items()]
        arms += [Arm(PACKAGE, PACKAGE, 0, point, strength)
                 for point, (_name, _value, strength) in POINTS.items()]  # fmt: skip
    return arms


def _write_small_tables(out: Path, design: Design) -> None:
    if design.draws:
        rng = np.random.default_rng((design.seed, 66))
        rows = [
            (draw, rule, parameter, value)
            for draw, strength in enumerate(draw_strengths(design))
            for rule, parameter, value in (
                ("offending", "frailty_shape", strength), ("offending", "age_slope", rng.normal()),
            )
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["draw", "rule", "parameter", "value"])
        frame.astype({"draw": np.int32}).to_parquet(out / "draws.parquet", index=False)
    if design.is_rich and PACKAGE in design.policies:
        rows = [(row, point, name, value) for row, (point, (name, value, _s))
                in enumerate(POINTS.items())]  # fmt: skip
        points = pd.DataFrame(rows, columns=["row", "point", "name", "value"])
        points.to_parquet(out / "points.parquet", index=False)
        arms = [("status_quo", point, 0) for point in (0, *POINTS)]
        arms += [(PACKAGE, point, point) for point in (0, *POINTS)]
        pd.DataFrame(arms, columns=["policy", "point", "stored"]).to_parquet(
            out / "arms.parquet", index=False)  # fmt: skip


def _access(arm: Arm, seed: tuple[int, ...]) -> pd.DataFrame:
    """Counts by stage and group for one lever; women are offered less, and less consent."""
    rng = np.random.default_rng((*seed, 77))
    rows = []
    groups = (("all", 400, 0.5), ("sex=female", 60, 0.35), ("sex=male", 340, 0.53),
              ("label=yes", 0, 0.0), ("label=no", 400, 0.5))  # fmt: skip
    for group, size, offered in groups:
        eligible = size * (1.0 if arm.policy == PACKAGE else 0.5)
        reached = eligible * offered * (1 + 0.02 * rng.normal())
        counts = {"eligible": eligible, "offered": reached, "consented": 0.7 * reached,
                  "completed": 0.5 * reached}  # fmt: skip
        rows += [("prison_treatment", stage, group, count) for stage, count in counts.items()]
    return pd.DataFrame(rows, columns=["lever", "stage", "group", "count"])


def _arm(arm: Arm, design: Design) -> int:
    """Key of a policy's own luck; under the null policy all arms have the same."""
    return 0 if design.null else sorted(POLICIES).index(arm.policy)


def _effects(arm: Arm, design: Design) -> tuple[float, float, float, float]:
    reoffending, prison, supervision, programme = EFFECTS[
        "status_quo" if design.null else arm.policy]  # fmt: skip
    return (1 + (reoffending - 1) * arm.strength, 1 + (prison - 1) * arm.strength, supervision,
            programme)  # fmt: skip


def _cohort(policy: Arm, design: Design, seed: tuple[int, ...]) -> pd.DataFrame:
    rng = np.random.default_rng((*seed, 11))
    n = design.releases_a_month * design.months
    month = np.repeat(np.arange(design.months), design.releases_a_month)
    index = (rng.random(n) < 0.2).astype(np.uint8)
    # A policy in force touches the luck of a few people it never meant to.
    own = np.random.default_rng((*seed, 44, _arm(policy, design)))
    touched = (own.random(n) < 0.03) & (month >= design.start)
    hazard = np.where(month >= design.start, _effects(policy, design)[0], 1.0)
    observed = design.months - 1 - month

    def lomax(scale: float, luck: np.ndarray) -> np.ndarray:
        luck = np.where(touched, own.random(n), luck)
        years = scale * (luck ** (-1 / 0.783) - 1) * 0.928 / hazard
        return np.minimum(np.ceil(12 * years), 30000).astype(int) + (years == 0)

    to = {
        "to_offence": lomax(0.45, rng.random(n)), "to_rearrest": lomax(1.0, rng.random(n)),
        "to_reconviction": lomax(1.9, rng.random(n)),
        "to_return_new_crime": lomax(4.0, rng.random(n)),
        "to_return_breach": lomax(5.0, rng.random(n)),
    }  # fmt: skip
    to["to_return"] = np.minimum(to["to_return_new_crime"], to["to_return_breach"])
    death = np.ceil(rng.exponential(12 / 0.0074, n)).astype(int)
    for name, time in to.items():
        to[name] = np.where((time <= observed) & (time <= death), np.maximum(time, 1), -1)
    to["to_death"] = np.where(death <= observed, death, -1)
    frame = pd.DataFrame({
        "person": np.arange(n, dtype=np.uint32), "index": index, "month": month.astype(np.int16),
        "age_years": (18 + 30 * rng.beta(1.5, 2.5, n)).astype(np.float32),
        "male": (rng.random(n) < 0.88).astype(np.uint8),
        **{name: time.astype(np.int16) for name, time in to.items()},
        "observed_months": observed.astype(np.int16),
    })  # fmt: skip
    return _with_groups(frame, policy, seed) if design.is_rich else frame


def _with_groups(frame: pd.DataFrame, arm: Arm, seed: tuple[int, ...]) -> pd.DataFrame:
    """Add groups, participation, time at liberty and what is counted over 36 months."""
    rng = np.random.default_rng((*seed, 88))
    n = len(frame)
    flags = {"foreign": 0.1, "label": 0.2, "treated": 0.05, "conferenced": 0.0,
             "supervised": 0.6}  # fmt: skip
    for name, share in flags.items():
        frame[name] = (rng.random(n) < share).astype(np.uint8)
    more = (rng.random(n) < 0.3) & (arm.policy == PACKAGE)
    frame["treated"] |= more.astype(np.uint8)
    frame["community"] = rng.integers(0, 7, n).astype(np.int16)
    frame["offence_group"] = rng.integers(0, 4, n).astype(np.uint8)
    frame["priors"] = rng.poisson(3, n).astype(np.int16)
    frame["served_months"] = rng.integers(1, 60, n).astype(np.int16)
    frame["to_transfer"] = np.int16(-1)
    liberty = rng.integers(20, 37, n)
    frame["liberty_36m"] = liberty.astype(np.uint8)
    frame["offences_36m"] = rng.poisson(np.where(frame["to_offence"] > 0, 3, 0)).astype(np.int16)
    frame["arrests_36m"] = rng.poisson(np.where(frame["to_rearrest"] > 0, 1, 0)).astype(np.int16)
    frame["harm_36m"] = (2000.0 * frame["offences_36m"]).astype(np.float32)
    return frame


def _series(policy: Arm, design: Design, seed: tuple[int, ...]) -> pd.DataFrame:
    rng = np.random.default_rng((*seed, 22))
    reoffending, prison, supervision, programme = _effects(policy, design)
    month = np.arange(design.months)
    since = np.clip(month - design.start + 1, 0, None)
    ramp = 1 - np.exp(-since / 14.0)

    def walk(size: float) -> np.ndarray:
        return 1 + size * np.cumsum(rng.normal(0, 1, design.months)) / np.sqrt(design.months)

    def moved(factor: float) -> np.ndarray:
        return 1 + (factor - 1) * ramp

    arm = np.random.default_rng((*seed, 33, _arm(policy, design)))
    own = 1 + 0.02 * np.cumsum(arm.normal(0, 1, design.months) * (since > 0)) / np.sqrt(
        design.months)  # fmt: skip
    people = np.full(design.months, float(design.persons))
    stock = people * 0.0215 * walk(0.05) * moved(prison) * own
    supervised = people * 0.045 * walk(0.03) * moved(supervision) * own
    offences = people * 0.021 * walk(0.04) * moved(1 - 0.35 * (1 - reoffending)) * own
    frame = pd.DataFrame({
        "month": month.astype(np.int16), "people": people, "prison_stock": stock,
        "prison_places": people * 0.0221, "remand_stock": people * 0.006 * walk(0.04) * own,
        "supervised_stock": supervised, "offences": offences, "victims": 0.6 * offences,
        "victims_with_symptoms": 0.3 * offences * (1 - 0.02 * programme * ramp),
        "newly_supervised": own * 0.04 * (moved(supervision) - 1) * people * 0.1,
        "treatment_completions": people * 0.0001 * (1 + 6 * (programme == 3.0) * ramp * own),
        "conferences_held": people * 0.0003 * (programme == 1.5) * ramp * own,
        "days_to_disposition": 142 * walk(0.03) * own, "disposals": people * 0.004,
        "cost_prison": stock * 3800.0, "cost_remand": people * 0.006 * 3400.0 * own,
        "cost_supervision": supervised * 330.0, "cost_courts": offences * 210.0,
        "cost_police": offences * 480.0, "cost_programmes": people * 0.35 * programme * ramp,
        "cost_restorative": people * 0.2 * (programme == 1.5) * ramp,
        "harm_to_victims": offences * 4100.0,
    })  # fmt: skip
    return frame.astype({name: np.float32 for name in frame.columns if name != "month"})


def _outcomes(cohort: pd.DataFrame, series: pd.DataFrame, design: Design) -> pd.DataFrame:
    rows: list[tuple[str, str, int, float, float]] = []
    for (name, definition), column in COHORT_EVENTS.items():
        for horizon in design.horizons:
            chosen = cohort[(cohort["index"] == 0) & (cohort["month"] >= design.start)
                            & (cohort["month"] < design.months - horizon)]  # fmt: skip
            event = chosen[column].between(1, horizon)
            rows.append((name, definition, horizon, 100.0 * event.mean(), float(len(chosen))))
    after, end = (
        series[series["month"] >= design.start].astype(float),
        series.tail(12).astype(float),
    )
    years = after["people"].sum() / 12
    costs = [name for name in series if name.startswith("cost_")]
    flows = {"offences_per_1000": "offences", "victims_per_1000": "victims",
             "newly_supervised_per_1000": "newly_supervised",
             "treatment_completions_per_1000": "treatment_completions",
             "conferences_per_1000": "conferences_held"}  # fmt: skip
    stocks = {"victims_with_symptoms_per_1000": "victims_with_symptoms",
              "prison_population": "prison_stock", "remand_population": "remand_stock",
              "supervised_per_1000": "supervised_stock"}  # fmt: skip
    for name, metric in flows.items():
        rows.append((name, "", 0, 1000 * after[metric].sum() / years, years))
    for name, metric in stocks.items():
        rows.append((name, "", 0, 1000 * end[metric].mean() / end["people"].mean(), years))
    density = 100 * end["prison_stock"].mean() / end["prison_places"].mean()
    rows += [
        ("prison_density", "", 0, density, 1.0),
        ("days_to_disposition", "", 0, after["days_to_disposition"].mean(), 1.0),
        ("public_cost_per_person_year", "", 0, after[costs].sum().sum() / years, years),
        ("harm_per_person_year", "", 0, after["harm_to_victims"].sum() / years, years),
    ]
    frame = pd.DataFrame(rows, columns=["outcome", "definition", "horizon_months", "value", "n"])
    frame.insert(3, "group", "all")
    frame["horizon_months"] = frame["horizon_months"].astype(np.int16)
    frame["unit"] = [OUTCOMES[name][1] for name in frame["outcome"]]
    return frame


def _decision(design: Design) -> dict[str, Any]:
    """Settings of the study for the analysis only."""
    if not design.is_rich:
        return {}
    return {
        "draws": design.draws, "discount_rate": 0.03, "precision": {"reconviction": 0.2},
        "margin": {"reconviction": 2.0},
        "weights": {"cost_total": -1.0, "victims_per_1000": -20.0},
    }  # fmt: skip


def manifest(design: Design) -> dict[str, Any]:
    """The manifest of a design, as a run writes it."""

    def entry(rule: str, name: str, label: str, value: Any, unit: str, source: str, citation: str,
              how_known: str, low: float | None = None, high: float | None = None,
              note: str = "") -> dict[str, Any]:  # fmt: skip
        return {"jurisdiction": "us_states", "rule": rule, "name": name, "kind": "parameter",
                "label": label, "value": value, "unit": unit, "low": low, "high": high,
                "source": source, "citation": citation, "how_known": how_known,
                "note": note}  # fmt: skip

    return {
        "desist": "0.1.0", "schema": 1, "config_hash": "5f2a9c01", "git_commit": "0" * 40,
        "versions": {"desist": "0.1.0", "python": "3.11.9", "numpy": "2.4.6"},
        "started": "2026-11-24T10:00:00", "finished": "2026-11-24T10:00:41",
        "wall_seconds": 41.2, "cells": {"planned": 80, "done": 80, "failed": 0},
        "study": {
            "name": "kyoto_core", "title": "Three ways to less reoffending, compared",
            "question": "Against what is done today, what would rehabilitation in prison, "
                        "restorative justice and non-custodial sentences change?",
            "baseline": "status_quo", "jurisdictions": list(design.jurisdictions),
            "policies": [
                {"name": name, "title": title, "question": question,
                 "paragraphs": list(paragraphs), "dials": dials}
                for name, (title, paragraphs, dials, question) in POLICIES.items()
                if name in design.policies
            ],
            "persons": design.persons, "months": design.months, "start": design.start,
            "warmup_months": 60, "replications": design.replications, "seed": 20260101,
            "horizons": list(design.horizons), "index": "release_from_prison",
            "confidence": 0.95, **_decision(design),
        },
        "places": {name: {"title": "Thirty US states" if name == "us_states" else name.title(),
                          "currency": "USD"} for name in design.jurisdictions},
        "metrics": {}, "dials": {
            "prison_treatment": {
                "places_per_100": {"label": "treatment places per 100 people in prison",
                                   "unit": "count", "default": 5},
                "matching": {"label": "places go by assessed risk and need", "unit": "",
                             "default": False}},
            "restorative_justice": {
                "referral_share": {"label": "share of eligible cases referred before sentence",
                                   "unit": "share", "default": 0.02}},
        },
        "outcomes": {
            name: {"title": title, "unit": unit, "favourable": favourable,
                   "meaning": f"{title}, as the run defines it."}
            for name, (title, unit, favourable) in OUTCOMES.items()
        },
        "appendix": [
            entry("costs", "cost_prison_place", "cost of a prison place", 45600, "USD a year",
                  "vera_2015", "Vera Institute (2017) The Price of Prisons", "secondary"),
            entry("costs", "cost_supervision", "cost of supervision", 3960, "USD a year",
                  "assumed", "", "assumed", 1500, 6000, "order of magnitude only"),
            entry("costs", "cost_court_case", "cost of a court case", 2500, "USD",
                  "court_cost", "Court statistics (2016)", "recalled"),
            entry("offending", "frailty_shape", "shape of the gamma frailty", 0.783, "shape",
                  "bjs05", "Durose, Cooper & Snyder (2014) NCJ 244205", "primary_file", 0.7, 0.9),
            entry("offending", "age_slope", "age", -0.045, "log hazard ratio per year of age",
                  "age_hazard", "Age and the hazard <of> arrest & others", "recalled", -0.06,
                  -0.03),
            entry("sentencing", "ladder", "sentences by offence group",
                  {"violent": 0.6, "property": 0.3, "drug": 0.25}, "share", "fitted", "", "fitted"),
        ],
        "limits": ["Levels are those of the simulated place; read the differences."],
    }  # fmt: skip


if __name__ == "__main__":
    large = Design(replications=20, releases_a_month=55, months=120, start=24, persons=20000,
                   horizons=(12, 24, 36, 60))  # fmt: skip
    print(write_store(Path(sys.argv[1]), large))
