"""``desist validate``: what the model predicts beside what was observed, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.commands import OK, SOME_FAILED, Command
from sim.app.composed import Given, composed
from sim.app.options import Arguments
from sim.app.output_folder import output_folder
from sim.app.plain import path_of
from sim.app.shipped import shipped
from sim.experiment.scenario import Scenarios
from sim.experiment.study import Validation, check_validation
from sim.experiment.yaml_file import shown

if TYPE_CHECKING:
    from sim.experiment.validation.run import Asked, Effort

ROLES = ("validation", "calibration")


def validate(command: Command, arguments: Arguments) -> int:
    """Run the command; see ``desist validate --help``."""

    def act(given: Given) -> int:
        settings = dict(given.settings)
        quick = settings.pop("quick")
        if arguments.quick:
            settings |= {key: part for key, part in quick.items() if key not in given.typed}
        chosen = check_validation(
            settings, lambda keys: f"{keys[0]}=" if keys[0] in given.typed else "validate.yaml"
        )
        return _validate(chosen, given.scenarios, arguments)

    return composed(command, arguments, act, many=False)


def _validate(chosen: Validation, scenarios: Scenarios, arguments: Arguments) -> int:
    from analysis.validation_page import write_page
    from sim.experiment.engine import usable_cores
    from sim.experiment.store import write_json
    from sim.experiment.validation.run import validate as judge
    from sim.experiment.validation.written import write

    asked = _asked(chosen, scenarios)
    if not arguments.quiet:
        print_refused(asked)
    out = output_folder(chosen.out)

    def tell(label: str, done: int, of: int) -> None:
        if not arguments.quiet:
            print(f"{done} of {of}: {label}", flush=True)

    try:
        result = judge(asked, _effort(chosen), scenarios, out, chosen.workers or usable_cores(),
                       tell)  # fmt: skip
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Finished parts are kept in {shown(out)}.") from None
    settings = chosen.model_dump(mode="json", exclude={"out", "workers"})
    settings["targets"] = None if chosen.targets is None else Path(chosen.targets).name
    content = write(result, out, asked.titles, settings, _command(arguments))
    write_page(out / "validation.json", out / "validation.html")
    if arguments.json is not None:
        write_json(arguments.json, content)
    if not arguments.quiet:
        print_summary(content)
        print(f"\nWritten to {shown(out)}/validation.html, with validation.csv beside it")
    broken = any(row.kind == "must hold" and not row.hit for row in result.rows)
    return SOME_FAILED if broken else OK


def _asked(chosen: Validation, scenarios: Scenarios) -> Asked:
    """Load what was named; everything is read and checked before anything is simulated."""
    from sim.experiment.validation.foreign import Brought, read_targets
    from sim.experiment.validation.run import Asked
    from sim.place import Place

    every = {
        name: Place.from_mapping(name, scenarios.load("jurisdiction", name).content)
        for name in scenarios.names("jurisdiction")
    }
    titles = {name: place.title for name, place in every.items()}
    brought = Brought({})
    if chosen.targets is not None:
        brought = read_targets(path_of(chosen.targets), every)
    names = list(every) if chosen.jurisdictions is None else list(chosen.jurisdictions)
    for name in names:
        scenarios.path("jurisdiction", name, "jurisdictions=")
    # A place that a brought target speaks of is validated, named or not.
    places = {name: every[name] for name in dict.fromkeys([*names, *brought.targets])}
    return Asked(places, every, titles, _trials(chosen, scenarios),
                 brought.targets, brought.refused)  # fmt: skip


def print_refused(asked: Asked) -> None:
    """Print one line for each reason why brought targets cannot be measured."""
    reasons: dict[str, list[str]] = {}
    for _, target, why in asked.refused:
        reasons.setdefault(why, []).append(target["target_id"])
    for why, names in reasons.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        print(f"not measured: {names[0]}{more}: {why}")


def _trials(chosen: Validation, scenarios: Scenarios) -> tuple[str, ...]:
    from sim.experiment.trial import check_trial
    from sim.experiment.trial_prepare import prepare

    names = chosen.trials
    if names is None:
        names = tuple(
            name
            for name in scenarios.names("trial")
            if scenarios.load("trial", name).content.get("role", "example") in ROLES
            or not scenarios.path("trial", name).is_relative_to(shipped("scenarios"))
        )
    for name in names:
        scenario = scenarios.load("trial", name, "trials=")

        def where(keys: tuple[object, ...], scenario: Any = scenario) -> str:
            return str(scenario.file.where(*keys))

        trial = check_trial(scenario.content, where)
        place = scenarios.load("jurisdiction", trial.jurisdiction, where(("jurisdiction",)))
        prepare(trial, scenario, place, where)
    return tuple(dict.fromkeys(names))


def _effort(chosen: Validation) -> Effort:
    from sim.experiment.calibration.evaluate import Effort as Point
    from sim.experiment.trial_result import Size
    from sim.experiment.validation.refits import Size as RefitSize
    from sim.experiment.validation.run import Effort

    size = Size(chosen.trial_persons, chosen.trial_worlds, chosen.trial_replications,
                chosen.warmup_months, chosen.seed)  # fmt: skip
    point = Point(chosen.refit_persons, chosen.months, chosen.warmup_months, 1, chosen.seed)
    refit = RefitSize(chosen.refit_points, point, chosen.replications)
    return Effort(chosen.persons, chosen.months, chosen.replications, chosen.warmup_months,
                  chosen.seed, refit, size, chosen.check_persons)  # fmt: skip


def _command(arguments: Arguments) -> str:
    """The command for the record, without folders, which mean nothing elsewhere."""
    words = [
        f"targets={Path(word.partition('=')[2]).name}" if word.startswith("targets=") else word
        for word in arguments.words
        if not word.startswith(("out=", "workers="))
    ]
    return " ".join(["desist validate", *words, *(["--quick"] if arguments.quick else [])])


def print_summary(content: Mapping[str, Any]) -> None:
    """Print the overall calibration, and what must hold but does not."""
    print(f"\n{'':<24}{'hits':>12}{'50 %':>7}{'80 %':>7}{'95 %':>7}{'mean error':>14}"
          f"{'signs':>8}{'nulls':>8}")  # fmt: skip
    for line in content["summary"]:
        shares = "".join(
            f"{'' if share is None else f'{100 * share:.0f} %':>7}"
            for share in line["coverage"].values()
        )
        points = line["mean_absolute_points"]
        error = "" if points is None else f"{points:.2f} points"
        pairs = "".join(
            f"{f'{right}/{of}' if of else '':>8}" for right, of in (line["signs"], line["nulls"])
        )
        hits = f"{line['hits']} of {line['n']}"
        print(f"{line['kind']:<24}{hits:>12}{shares}{error:>14}{pairs}")
    for row in content["rows"]:
        if row["kind"] == "must hold" and not row["hit"]:
            print(f"MUST HOLD, BUT DOES NOT: {row['target']} ({row['note']})")
