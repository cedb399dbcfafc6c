"""Iowa: three-year recidivism of people released from prison (Department of Corrections).

Return to prison for any reason within three years, with the days to it. The open data portal has
published it under two sets of column names; either is taken. It holds no number of priors and no
person's id. Download: data.iowa.gov, dataset mw8r-vqy4.
"""

from __future__ import annotations

import pandas as pd

from sim.experiment.data.account import Account
from sim.experiment.data.columns import require
from sim.experiment.data.people import Raw
from sim.experiment.data.values import truth

LAYOUTS: tuple[dict[str, str], ...] = (
    {"event": "Return to Prison", "time": "Days to Return", "age": "Age At Release",
     "offence": "Offense Type"},
    {"event": "Recidivism - Return to Prison", "time": "Days to Recidivism",
     "age": "Age At Release", "offence": "Convicting Offense Type"},
)  # fmt: skip
FOLLOW_UP_MONTHS = 36
FOLLOW_UP_DAYS = "1095.75"


def layout(columns: pd.Index) -> dict[str, str] | None:
    """The set of names that a file uses, if any."""
    return next((names for names in LAYOUTS if set(names.values()) <= set(columns)), None)


def load(frame: pd.DataFrame, account: Account) -> Raw:
    """Put the portal's file under our names; nobody is followed beyond three years."""
    names = layout(frame.columns)
    if names is None:
        require(frame.columns, LAYOUTS[0].values(), account.file, "Iowa's three-year recidivism")
        names = LAYOUTS[0]
    ours = frame[list(names.values())].set_axis(list(names), axis=1)
    if "Sex" in frame:
        ours["sex"] = frame["Sex"]
    returned = truth(ours["event"]) == 1.0
    ours["time"] = ours["time"].where(returned, FOLLOW_UP_DAYS)
    ours["follow_up"] = pd.Series(FOLLOW_UP_DAYS, index=ours.index, dtype="string")
    account.note("Return to prison for any reason, by days; followed for three years.")
    return Raw(ours, "days", "return")
