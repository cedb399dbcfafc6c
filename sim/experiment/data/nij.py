"""Georgia: the Recidivism Forecasting Challenge of the National Institute of Justice (2021).

People released to parole in 2013 to 2015, followed for three years. The file says in which year
the first new arrest fell, so its curve is known at 12, 24 and 36 months and nowhere between.
Download: data.ojp.usdoj.gov, «NIJ's Recidivism Challenge Full Dataset».
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiment.data.account import Account
from sim.experiment.data.columns import require
from sim.experiment.data.people import Raw
from sim.experiment.data.values import truth

YEARS = ("Recidivism_Arrest_Year1", "Recidivism_Arrest_Year2", "Recidivism_Arrest_Year3")
COLUMNS = ("ID", "Gender", "Age_at_Release", "Prior_Arrest_Episodes_Felony", "Prison_Offense",
           *YEARS)  # fmt: skip


def load(frame: pd.DataFrame, account: Account) -> Raw:
    """Put the challenge's file under our names: months 12, 24 or 36 by the year of arrest."""
    require(frame.columns, COLUMNS, account.file, "the NIJ challenge")
    arrested = np.array([truth(frame[year]) for year in YEARS])
    known = ~np.isnan(arrested).any(axis=0)
    happened = (arrested == 1.0).any(axis=0)
    months = np.where(happened, 12 * ((arrested == 1.0).argmax(axis=0) + 1), 36)
    account.note("First new arrest by year (12, 24, 36 months); priors are felony arrests.")
    ours = pd.DataFrame(
        {
            "time": pd.Series(months).astype("string"),
            "event": pd.Series(np.where(happened, "1", "0"), dtype="string").where(
                pd.Series(known | happened)
            ),
            "age": frame["Age_at_Release"],
            "sex": frame["Gender"],
            "priors": frame["Prior_Arrest_Episodes_Felony"],
            "offence": frame["Prison_Offense"],
            "id": frame["ID"],
        }
    )
    return Raw(ours, "months", "rearrest", grid_months=12)
