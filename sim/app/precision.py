"""Run, look how wide the intervals are, add replications, and look again, until precise enough.

When to stop is for `analysis.precision` to say, whose intervals keep their coverage although one
looks more than once; here is only the loop.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.app.studying import Asked
from sim.errors import DesistError

if TYPE_CHECKING:
    from analysis.precision import Precision
    from sim.experiment.run import Outcome
    from sim.experiment.way import Way

BUDGET = 1_000
"""Replications at most when a study names a precision and no budget."""


def run_until_precise(asked: Asked, way: Way) -> Outcome:
    """Run a study once, or as often as its ``precision`` and ``budget`` ask for."""
    from sim.app.progress import watcher
    from sim.experiment.run import run

    plan = asked.plan
    ended = run(plan, asked.out, way, watcher(asked.arguments.quiet))
    if ended.cells > plan.cells:
        asked.say(f"Note: the folder already held more cells of this study; all {ended.cells} "
                  "count.")  # fmt: skip
    failures = list(ended.failures)
    while plan.study.precision and ended.cells and not way.cell and not failures:
        found = _look(asked)
        _tell(asked, found)
        if not found.next_batch:
            break
        plan = plan.with_replications(found.replications + found.next_batch)
        ended = run(plan, asked.out, way, watcher(asked.arguments.quiet))
        failures += ended.failures
    return replace(ended, failures=tuple(failures))


def _look(asked: Asked) -> Precision:
    from analysis.errors import AnalysisError
    from analysis.precision import precision
    from analysis.store import Store
    from sim.experiment.store import write_json

    study = asked.plan.study
    try:
        found = precision(
            Store(asked.out).outcomes, study.precision, budget=study.budget or BUDGET,
            confidence=study.confidence, baseline=study.baseline,
        )  # fmt: skip
    except AnalysisError as error:
        raise DesistError("the precision cannot be judged", why=str(error)) from None
    write_json(asked.out / "precision.json", found.record())
    return found


def _tell(asked: Asked, found: Precision) -> None:
    widest = found.table.assign(share=found.table["half_width"] / found.table["wanted"])
    row = widest.sort_values("share").iloc[-1]
    asked.say(
        f"Precision after {found.replications} replications: {row['outcome']} of {row['policy']} "
        f"is known to within {row['half_width']:.3g}, wanted {row['wanted']:g} ({row['unit']})"
    )
    if found.next_batch:
        asked.say(f"{found.needed or 'Some more'} replications are expected to be enough; "
                  f"{found.next_batch} are added.")  # fmt: skip
    elif found.is_spent:
        asked.say(f"The budget of {found.budget} replications is spent.")
