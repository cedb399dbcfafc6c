"""``desist fit``: a simulated place beside the published figures, target by target."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sim.app.commands import Command
from sim.app.composed import composed
from sim.app.folders import tell_own
from sim.app.options import Arguments, limits_of
from sim.errors import DesistError
from sim.experiment.arms import within
from sim.experiment.limits import check_world
from sim.experiment.scenario import Scenarios
from sim.experiment.study import check_fit
from sim.experiment.yaml_file import shown


def fit(command: Command, arguments: Arguments) -> int:
    """Run the command; see ``desist fit --help``."""
    return composed(
        command, arguments,
        lambda given: _fit(given.settings, given.scenarios, arguments, given.typed),
    )  # fmt: skip


def _fit(
    settings: dict[str, Any], scenarios: Scenarios, arguments: Arguments, typed: frozenset[str]
) -> int:
    def where(keys: tuple[object, ...]) -> str:
        return f"{keys[0]}=" if keys[0] in typed else "fit.yaml"

    chosen = check_fit(settings, where)
    check_world(limits_of(arguments), where, persons=chosen.persons, months=chosen.months,
                warmup_months=chosen.warmup_months)  # fmt: skip
    scenario = scenarios.load("jurisdiction", chosen.place, "jurisdiction=")
    from sim.assembly import build_rules
    from sim.experiment.fit import fit as fit_place
    from sim.experiment.rehearsal import live_through
    from sim.experiment.store import write_json
    from sim.place import Place

    place = Place.from_mapping(chosen.place, scenario.content, within(scenario.file))
    live_through(place, build_rules(place), scenario.file.where())
    tell_own((scenario,), arguments)
    rows = [
        asdict(row)
        for row in fit_place(
            place,
            persons=chosen.persons,
            months=chosen.months,
            replications=chosen.replications,
            seed=chosen.seed,
            warmup_months=chosen.warmup_months,
        )
    ]
    if not rows:
        raise DesistError(
            f"the place '{chosen.place}' has no target that can be measured",
            where=shown(scenario.file.path),
            mend="name targets under 'fit:', or give more months",
        )
    if arguments.json is not None:
        write_json(arguments.json, rows)
    if not arguments.quiet:
        print_fit(place.title, rows)
    return 0


def print_fit(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print one line per target under its definition, and how far each curve is off."""
    print(f"Fit of {title}")
    wide = {name: max(len(str(row[name])) for row in rows) for name in ("id", "subgroup")}
    # The evidence lists targets month by month; they are read curve by curve.
    for definition in dict.fromkeys(str(row["definition"]) for row in rows):
        targets = [row for row in rows if row["definition"] == definition]
        heads = f"{'observed':>10} {'simulated':>10} {'difference':>10} {'n':>11}"
        print(f"\n{definition}" if "%" in definition else f"\n{definition} ({targets[0]['unit']})")
        print(f"  {'target':<{wide['id']}}  {'for':<{wide['subgroup']}}{heads}")
        for target in targets:
            numbers = f"{target['observed']:>10.2f} {target['simulated']:>10.2f} "
            numbers += f"{target['difference']:>+10.2f} {target['n']:>11,}"
            name = f"{target['id']:<{wide['id']}}  {target['subgroup']:<{wide['subgroup']}}"
            print(f"  {name}{numbers}")
        curve = [target for target in targets if target["subgroup"] == "all"]
        if len(curve) > 2:
            off = root_mean_square(target["difference"] for target in curve)
            print(f"  {len(curve)} targets for all people: RMSE {off:.2f}")


def root_mean_square(differences: Iterable[float]) -> float:
    """Root mean square of differences.

    >>> root_mean_square([3.0, -4.0, 0.0, 0.0])
    2.5
    """
    squares = [difference * difference for difference in differences]
    return math.sqrt(sum(squares) / len(squares))
