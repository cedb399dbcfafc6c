"""Run, look how wide the intervals are, add replications, and look again, until precise enough.

The rule for when to stop belongs to the analysis, which must keep its coverage although it looks
more than once; here is only the loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.app.studying import Asked

if TYPE_CHECKING:
    from sim.experiment.run import Outcome, Way


def run_until_precise(asked: Asked, way: Way) -> Outcome:
    """Run a study once, or as often as its ``precision`` and ``budget`` ask for."""
    from sim.app.progress import watcher
    from sim.experiment.run import run

    plan = asked.plan
    ended = run(plan, asked.out, way, watcher(asked.arguments.quiet))
    if ended.cells > plan.cells:
        asked.say(f"Note: the folder already held more cells of this study; all {ended.cells} "
                  "count.")  # fmt: skip
    return ended
