"""How well a place reproduces its calibration targets, target by target.

A place names what it is held to under ``fit``, by the beginning of an id. Rows are read and
measured by `sim.experiment.targets`; what the model cannot measure is left out, never approximated
in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sim import evidence
from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment.targets.cohort import Measured, Run
from sim.experiment.targets.reading import Reading, read, read_published_figure
from sim.place import Place
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
        runs.append(Run.of(world, persons))
    rows = [*rows_of(place, runs), *_of_the_user(targets, place, runs)]
    if json_path is not None:
        json_path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return rows


def rows_of(place: Place, runs: Sequence[Run]) -> list[Fit]:
    """Compare finished runs of a place with the targets that it names."""
    found = []
    for row, reading in named_targets(place):
        measured = reading.measure(runs)
        if measured is not None:
            found.append(rounded(fit_of(row, measured)))
    return found


def named(place: Place, identity: str) -> bool:
    """Whether the place is held to the target of this id."""
    return identity.startswith(tuple(place.fit))


def named_targets(place: Place) -> Iterator[tuple[Mapping[str, str], Reading]]:
    """Targets and figures of the system that the place names and the model can measure."""
    for target in evidence.table("targets"):
        # Trials are for prediction only: no place is ever fitted to them.
        if not target["role"].startswith("calibration") or not named(place, target["target_id"]):
            continue
        reading = readable(target, place)
        if reading is not None and reading.can_be_fitted:
            yield target, reading
    for figure in evidence.table("jurisdictions"):
        if named(place, figure["id"]):
            reading = read_published_figure(figure, place)
            if reading is not None:
                yield figure, reading


def readable(target: Mapping[str, str], place: Place) -> Reading | None:
    """Read a target; None when the model cannot measure it."""
    try:
        return read(target, place)
    except DesistError:
        return None


def fit_of(row: Mapping[str, str], measured: Measured, observed_n: int = 0) -> Fit:
    """A target of either table beside its measure."""
    return Fit(
        row.get("target_id") or row["id"],
        row.get("definition") or row["quantity"].replace("_", " "), row["subgroup"],
        measured.unit, measured.observed, measured.simulated,
        measured.simulated - measured.observed, measured.n, row["source"], row["how_known"],
        measured.note, observed_n,
    )  # fmt: skip


def rounded(row: Fit) -> Fit:
    """With three decimals, as shown and kept."""
    numbers = ("observed", "simulated", "difference")
    return replace(row, **{name: round(getattr(row, name), 3) for name in numbers})


def _of_the_user(
    targets: Sequence[Mapping[str, str]], place: Place, runs: Sequence[Run]
) -> Iterator[Fit]:
    for target in targets:
        # The cohort is named after a file, which says nothing about its people.
        reading = readable({**target, "jurisdiction_cohort": ""}, place)
        measured = None if reading is None else reading.measure(runs)
        if measured is not None:
            note = "; ".join(filter(None, (measured.note, target["notes"])))
            size = int(float(target["n"] or 0))
            yield rounded(fit_of(target, replace(measured, note=note), size))
