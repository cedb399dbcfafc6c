"""``desist calibrate``: fit a place to its targets, and write what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.commands import OK, Command
from sim.app.composed import composed
from sim.app.fitting import root_mean_square
from sim.app.options import Arguments
from sim.app.own_data import ONLY_WITH_DATA, prepare
from sim.app.plain import path_of
from sim.errors import DesistError
from sim.experiment.fit_table import beside
from sim.experiment.scenario import Scenarios
from sim.experiment.study import check_calibration
from sim.experiment.yaml_file import shown

if TYPE_CHECKING:
    from sim.experiment.calibration.run import Calibrated


def calibrate(command: Command, arguments: Arguments) -> int:
    """Run the command; see ``desist calibrate --help``."""
    return composed(
        command, arguments,
        lambda given: _calibrate(given.settings, given.scenarios, arguments, given.typed),
        many=False,
    )  # fmt: skip


def _calibrate(
    settings: dict[str, Any], scenarios: Scenarios, arguments: Arguments, typed: frozenset[str]
) -> int:
    asked = check_calibration(
        settings, lambda keys: f"{keys[0]}=" if keys[0] in typed else "calibrate.yaml"
    )
    scenario = scenarios.load("jurisdiction", asked.place, "jurisdiction=")
    from sim import evidence
    from sim.experiment.calibration.constants import constants_of
    from sim.experiment.calibration.evaluate import Effort
    from sim.experiment.calibration.run import calibrate as fit_constants
    from sim.experiment.calibration.written import write
    from sim.experiment.engine import usable_cores
    from sim.place import Place

    place = Place.from_mapping(asked.place, scenario.content)
    if asked.targets is not None:
        for target in asked.targets:
            if not any(identity.startswith(target) for identity in evidence.rows()):
                raise DesistError(
                    f"no target begins with '{target}'", "targets=", given=target,
                    valid=evidence.rows(),
                )  # fmt: skip
        place = place.model_copy(update={"fit": list(asked.targets)})
    out = path_of(asked.out)
    text, months = scenario.file.text, asked.months
    own = None
    if asked.data is not None:
        own = prepare(asked, place, text, out, arguments.quiet)
        place, text = own.place, own.text
        months = asked.months if "months" in typed else own.months
    elif given := sorted(ONLY_WITH_DATA & typed):
        raise DesistError(f"{given[0]}= is about a file", mend="name it: data=FILE")
    constants = constants_of(place, own.free if own else asked.free)
    effort = Effort(asked.persons, months, asked.warmup_months, asked.replications, asked.seed)

    def tell(done: int, loss: float) -> None:
        if not arguments.quiet:
            print(f"round {done} of {asked.rounds}: misfit {loss:.1f}", flush=True)

    if not arguments.quiet:
        print(f"{place.title}: {len(constants)} constants; evaluations are kept in {shown(out)}, "
              "the same command goes on from there")  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    try:
        found = fit_constants(
            place, constants, effort, out=out, rounds=asked.rounds, draws=asked.draws,
            workers=asked.workers or usable_cores(), tell=tell,
            targets=own.targets if own else (),
        )  # fmt: skip
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Evaluations are kept in {shown(out)}.") from None
    path = write(found, text, out, asked.model_dump(mode="json"))
    if arguments.json is not None:
        from sim.experiment.calibration.written import record
        from sim.experiment.store import write_json

        write_json(arguments.json, record(found, asked.model_dump(mode="json")))
    if not arguments.quiet:
        _tell(found, path)
    return OK


def _tell(found: Calibrated, path: Path) -> None:
    posterior = found.posterior
    print(f"\n{'constant':<42}{'before':>10}{'after':>10}{'95 % range':>22}  informed")
    for constant, free, sd, shrinkage in zip(
        found.constants, found.found.free, posterior.sd, posterior.shrinkage, strict=True
    ):
        low, high = (constant.natural(float(free + z * sd)) for z in (-1.96, 1.96))
        low, high = min(low, high), max(low, high)
        informed = "yes" if shrinkage <= 0.7 else "hardly: the prior's width remains"
        print(f"{constant.path:<42}{constant.start:>10.4g}{constant.natural(float(free)):>10.4g}"
              f"{f'{low:.4g} to {high:.4g}':>22}  {informed}")  # fmt: skip
    for pair in posterior.confounded(found.constants):
        print(f"The targets cannot tell apart {pair}.")
    for name, rows in (("before", found.before), ("after", found.after)):
        percent = [row.difference for row in rows if row.unit == "%"]
        if percent:
            off = root_mean_square(percent)
            print(f"{len(percent)} percentages {name}: root mean square error {off:.2f} points")
    if posterior.effective:
        print(f"Posterior sample: {len(posterior.weights)} draws, "
              f"{posterior.effective:.0f} effective")  # fmt: skip
    draws = beside(path)
    print(f"\nWritten to {shown(path)}, with fit.csv and calibration.json beside it")
    if draws.exists():
        print(f"Draws for studies: {shown(draws)}. Copy both to jurisdiction/ in a folder of your "
              "own; desist compare --scenarios DIR draws=N takes them")  # fmt: skip
