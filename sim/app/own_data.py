"""``desist calibrate data=FILE``: the user's file, told in a few lines and made ready to fit to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.app.plain import path_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.study import Calibration
    from sim.place import Place

ONLY_WITH_DATA = frozenset({"format", "columns", "outcome", "index", "covariates"})
"""Settings that say how to read the file."""


@dataclass(frozen=True)
class Prepared:
    """What a calibration needs to know of a user's file.

    Attributes
    ----------
    text
        The jurisdiction file, saying what it is now fitted to.
    free
        Constants to fit.
    months
        Recorded months that the longest curve needs.
    """

    place: Place
    text: str
    free: tuple[str, ...]
    months: int
    targets: tuple[Mapping[str, str], ...]


def prepare(asked: Calibration, place: Place, text: str, out: Path, quiet: bool) -> Prepared:
    """Read the file, write its account and targets, and say where the search begins.

    Raises
    ------
    DesistError
        A file that cannot be used; its account is written all the same.
    """
    import pandas as pd

    from sim.experiment.data.account import Account
    from sim.experiment.data.formats import Wanted, own_data
    from sim.experiment.data.starting import start_from, text_of
    from sim.experiment.data.survival import risk as risk_of
    from sim.experiment.data.survival import shape as shape_of
    from sim.experiment.data.written import write_account, write_estimates, write_targets

    path = path_of(str(asked.data))
    wanted = Wanted(
        asked.format, asked.columns, asked.outcome, asked.index, tuple(asked.covariates or ())
    )
    account = Account(path.name, "")
    try:
        data = own_data(path, wanted, account)
    finally:
        if account.lines:
            write_account(account, out)
    risk = shape = pd.DataFrame()
    if data.people is not None:
        risk, shape = risk_of(data.people), shape_of(data.people)
    write_account(account, out)
    write_targets(data.targets, out)
    write_estimates(risk, shape, out)
    start = start_from(place, data, risk, list(asked.targets or ()), asked.free)
    if not quiet:
        print("\n".join([*account.told(), *_told(start.starts, risk, len(data.targets))]))
    return Prepared(
        start.place, text_of(text, start, path.name, list(start.free)), start.free,
        _months_of(data.targets), data.targets,
    )  # fmt: skip


def _told(starts: Mapping[str, float], risk: pd.DataFrame, targets: int) -> list[str]:
    lines = [
        f"  {row['covariate']}: hazard ratio {row['hazard_ratio']:.3f} "
        f"(log {row['coefficient']:+.3f}, standard error {row['se']:.3f})"
        for row in risk.to_dict("records")
    ]
    if starts:
        named = ", ".join(f"{name} {value:.4g}" for name, value in starts.items())
        lines.append(f"  the search starts from {named}")
    return [*lines, f"  {targets} targets"]


def _months_of(targets: tuple[Mapping[str, str], ...]) -> int:
    """Two years of index events, followed as long as the longest curve; three years at least."""
    from sim.experiment.targets.cohort import COHORT_MONTHS

    ends = [round(12.0 * float(target["t_years"])) for target in targets if target["t_years"]]
    return max(COHORT_MONTHS + max(ends, default=0) + 1, 36)
