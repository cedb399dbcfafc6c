"""How well a place reproduces its calibration targets, target by target.

Targets of people are measured on cohorts of the first two recorded years of a world under the
status quo (`fit_measures`, `fit_georgia`); figures of the system on the whole run (`fit_system`).
A place names what it is held to under ``fit``, by the beginning of
an id; what the model cannot measure is left out, never approximated in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sim import evidence
from sim.assembly import build_rules
from sim.experiment import fit_georgia, fit_measures, fit_system
from sim.place import Place
from sim.records import Recorded
from sim.world import World


@dataclass(frozen=True)
class Fit:
    """One target beside what the model gives, both in ``unit``.

    ``n`` is the number of people (or offences) behind the simulated value, person-months for a
    figure of the system; ``note`` says where the measurement differs from the definition.
    ``observed_n`` is the number of people behind the observed value where its sampling error
    counts; 0 for published figures, whose error is within that of the model.
    """

    id: str
    definition: str
    subgroup: str
    unit: str
    observed: float
    simulated: float
    difference: float
    n: int
    source: str
    how_known: str
    note: str = ""
    observed_n: int = 0


def fit(
    place: Place,
    *,
    persons: int = 100_000,
    months: int = 132,
    replications: int = 2,
    seed: int = 1,
    warmup_months: int = 60,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    json_path: Path | None = None,
    targets: Sequence[Mapping[str, str]] = (),
) -> list[Fit]:
    """Simulate a place under the status quo and compare it with its targets.

    Parameters
    ----------
    targets
        Targets of the user's own, beside the shipped ones that the place names; columns as in
        ``sim/evidence/targets.csv``.

    Returns
    -------
    list of Fit
        One a target that the place names in ``fit`` and the run is long enough to measure.
    """
    runs = []
    for replication in range(replications):
        rules = build_rules(place, parameters=parameters)
        world = World(place, rules, persons, seed + replication, warmup_months=warmup_months)
        world.run_to(months)
        runs.append(world.records.finish())
    rows = [*rows_of(place, runs, persons), *_of_the_user(targets, place, runs, persons)]
    if json_path is not None:
        json_path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return rows


def rows_of(place: Place, runs: list[Recorded], persons: int) -> list[Fit]:
    """Compare finished runs of a place with the targets that it names."""
    return [*_of_people(place, runs), *_of_the_system(place, runs, persons)]


def named(place: Place, identity: str) -> bool:
    """Whether the place is held to the target of this id."""
    return identity.startswith(tuple(place.fit))


def _of_people(place: Place, runs: list[Recorded]) -> Iterator[Fit]:
    for target in evidence.table("targets"):
        # Trials are for prediction only: no place is ever fitted to them.
        if not target["role"].startswith("calibration") or not named(place, target["target_id"]):
            continue
        measured = (
            fit_measures.measure(target, runs)
            or fit_georgia.measure(target, runs)
            or fit_system.measure_target(target, runs)
        )
        if measured is not None:
            value, n, note = measured
            yield _row(
                target["target_id"], target["definition"], target["subgroup"], target["unit"],
                float(target["value"]), value, n, target["source"], target["how_known"], note,
            )  # fmt: skip


def _of_the_system(place: Place, runs: list[Recorded], persons: int) -> Iterator[Fit]:
    for figure in evidence.table("jurisdictions"):
        if not named(place, figure["id"]):
            continue
        measured = fit_georgia.measure_share(figure, runs) or fit_system.measure_figure(
            figure, runs, persons, place
        )
        if measured is not None:
            observed, value, n, unit, note = measured
            yield _row(
                figure["id"], figure["quantity"].replace("_", " "), figure["subgroup"], unit,
                observed, value, n, figure["source"], figure["how_known"], note,
            )  # fmt: skip


def _of_the_user(
    targets: Sequence[Mapping[str, str]], place: Place, runs: list[Recorded], persons: int
) -> Iterator[Fit]:
    if not targets:
        return
    from sim.experiment.data import measured

    for target in targets:
        found = measured.measure(target, runs, persons, place)
        if found is not None:
            observed, value, n, unit, note = found
            row = _row(
                target["target_id"], target["definition"], target["subgroup"], unit, observed,
                value, n, target["source"], target["how_known"], note,
            )  # fmt: skip
            yield replace(row, observed_n=int(float(target["n"] or 0)))


def _row(
    identity: str, definition: str, subgroup: str, unit: str, observed: float, simulated: float,
    n: int, source: str, how_known: str, note: str,
) -> Fit:  # fmt: skip
    return Fit(
        identity, definition, subgroup, unit, round(observed, 3), round(simulated, 3),
        round(simulated - observed, 3), n, source, how_known, note,
    )  # fmt: skip
