"""``desist trial``: a virtual trial beside the published one."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.commands import OK, Command
from sim.app.composed import Given, composed
from sim.app.folders import tell_own
from sim.app.options import Arguments, limits_of
from sim.app.output_folder import output_folder
from sim.errors import DesistError
from sim.experiment.limits import Limits, check_world
from sim.experiment.scenario import Scenarios

if TYPE_CHECKING:
    from sim.experiment.trial_result import Result, Size

LIMITS = {
    "persons": (1_000, 50_000_000), "worlds": (1, 1_000), "replications": (1, 100_000),
    "warmup_months": (0, 1_200), "seed": (0, 2**63 - 1),
}  # fmt: skip
"""Whole numbers that say how much to simulate, with their limits."""


def trial(command: Command, arguments: Arguments) -> int:
    """Run the command; see ``desist trial --help``."""

    def act(given: Given) -> int:
        quick = given.settings["quick"] if arguments.quick else {}
        size = {key: part for key, part in quick.items() if key not in given.typed}
        return _trial({**given.settings, **size}, given.scenarios, arguments)

    return composed(command, arguments, act)


def _trial(settings: dict[str, Any], scenarios: Scenarios, arguments: Arguments) -> int:
    from sim.experiment.store import write_json
    from sim.experiment.trial import check_trial
    from sim.experiment.trial_prepare import prepare
    from sim.experiment.trial_run import run_trial

    scenario = scenarios.load("trial", settings["name"], "trial=")

    def where(keys: tuple[object, ...]) -> str:
        return scenario.file.where(*keys)

    checked = check_trial(settings["trial"], where)
    place = scenarios.load("jurisdiction", checked.jurisdiction, where(("jurisdiction",)))
    built, rules = prepare(checked, scenario, place, where, tuple(arguments.rules))
    tell_own((scenario, place), arguments)
    size = _size(settings, limits_of(arguments))
    out = output_folder(settings["out"])
    _keep_others(out, settings["name"])
    result = run_trial(checked, scenario, built, rules, size)
    content = _plain(result.as_json())
    write_json(out / "trial.json", content)
    if arguments.json is not None:
        write_json(arguments.json, content)
    if not arguments.quiet:
        print_trial(result)
        print(f"\nWritten to {out / 'trial.json'}")
    return OK


def _keep_others(out: Path, name: str) -> None:
    """Refuse a folder that holds another trial's result, as ``--multirun`` with one ``out=`` does.

    Raises
    ------
    DesistError
        With the other trial's name.
    """
    try:
        other = json.loads((out / "trial.json").read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if other != name:
        raise DesistError(
            f"'{out}' holds the trial '{other}'", where="out=",
            why=f"'{name}' would replace its result",
            mend="give each trial a folder of its own, as in out='results/trial_${name}'",
        )  # fmt: skip


def _size(settings: dict[str, Any], limits: Limits) -> Size:
    from sim.experiment.trial_result import Size

    for key, (low, high) in LIMITS.items():
        value = settings[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            why = f"expected a whole number from {low:,} to {high:,}"
            raise DesistError(f"{key} is {value}", where=f"{key}=", why=why)
    check_world(limits, lambda keys: f"{keys[0]}=", persons=settings["persons"],
                warmup_months=settings["warmup_months"])  # fmt: skip
    return Size(**{key: settings[key] for key in LIMITS})


def _plain(value: Any) -> Any:
    """JSON has no infinity or NaN: null stands for what could not be estimated."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_trial(result: Result) -> None:
    """Print the virtual trial beside the published one."""
    sizes = ", ".join(f"{name} {n:,}" for name, n in result.n.items())
    print(f"{result.title}\n{result.definition}\n")
    print("  arm              published n    followed    outcome")
    for arm in result.arms:
        print(f"  {arm.name:<16} {arm.n:>11,} {arm.followed:>11,}    {arm.value:.3g} {arm.unit}")
    low, high = result.simulated_ci
    print(
        f"\n  simulated, n = {result.large_n:,}: {result.simulated:.3g} ({low:.3g} to {high:.3g})"
    )
    if result.spread is not None:
        s = result.spread
        print(f"  {result.replications} virtual trials at the published n ({sizes}): median "
              f"{s['median']:.3g}, middle 95 % {s['low']:.3g} to {s['high']:.3g}")  # fmt: skip
    if result.published_sign is not None:
        print(f"  published: {result.published_sign} no effect ({result.evidence})")
    else:
        ci = result.published_ci
        interval = f" ({ci[0]:.3g} to {ci[1]:.3g})" if ci else " (no interval published)"
        print(f"  published: {result.published:.3g}{interval} ({result.evidence})")
    print(f"  agrees: {'yes' if result.agrees else 'NO'}, by the rule: {result.agreement}")
    if result.overlaps is not None:
        print(f"  95 % intervals overlap: {'yes' if result.overlaps else 'no'}")
    seen = f"; {100 * result.significant_share:.0f} % of the virtual trials saw one" if (
        result.significant_share is not None) else ""  # fmt: skip
    print(
        f"  power of the published n to see the simulated effect: {100 * result.power:.0f} %{seen}"
    )
    for name, part in result.subgroups.items():
        low, high = part["simulated_ci"]
        print(f"  among {name}: {part['simulated']:.3g} ({low:.3g} to {high:.3g}), "
              f"{part['followed']:,} followed")  # fmt: skip
    for note in result.notes:
        print(f"  Note: {note}")
