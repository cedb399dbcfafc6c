"""Broward County, Florida: the COMPAS files that ProPublica published in 2016, bias corrected.

``compas-scores-two-years.csv`` keeps people who reoffended within two years although they were
screened so late that others were not yet followed for two years, while those others were left out:
its two-year rate is 45.1 %, the true one 36.2 % (Barenstein 2019, arXiv:1906.04711). The file's
own dates show where: nobody without reoffending was screened after a certain day. Everyone screened
later is left out here. Names and risk scores in the file are not read.

People were screened after an arrest, not released from prison; in the model release from short
custody comes nearest.
"""

from __future__ import annotations

import pandas as pd

from sim.errors import DesistError
from sim.experiment.data.account import Account
from sim.experiment.data.columns import require
from sim.experiment.data.people import Raw
from sim.experiment.data.values import truth

COLUMNS = ("id", "compas_screening_date", "sex", "age", "priors_count", "is_recid",
           "r_offense_date", "two_year_recid")  # fmt: skip
TWO_YEARS_DAYS = 730


def load(frame: pd.DataFrame, account: Account) -> Raw:
    """Put the two-year file under our names, without those screened too late to be followed."""
    require(frame.columns, COLUMNS, account.file, "ProPublica's two-year COMPAS file")
    screened = pd.to_datetime(frame["compas_screening_date"], errors="coerce", format="mixed")
    offended = pd.to_datetime(frame["r_offense_date"], errors="coerce", format="mixed")
    undated = screened.isna()
    account.add("date of screening is missing or unreadable", int(undated.sum()), "dropped")
    reoffended = truth(frame["two_year_recid"])
    last = screened[(reoffended == 0.0) & ~undated].max()
    if pd.isna(last):
        raise DesistError(
            f"nobody in '{account.file}' is without reoffending", "data=",
            why="the day from which only those who reoffended were kept cannot be found",
        )  # fmt: skip
    late = screened > last
    before, after = reoffended[~undated].mean(), reoffended[~undated & ~late].mean()
    account.add(
        f"screened after {last:%Y-%m-%d}, when only those who reoffended were kept",
        int(late.sum()), "dropped",
    )  # fmt: skip
    account.note(
        f"Two-year rate {100 * before:.1f} % in the file, {100 * after:.1f} % without the people "
        "screened too late (Barenstein 2019)."
    )
    account.note("Index event: screening after arrest, taken as release from short custody.")
    days = (offended - screened).dt.days
    # The file's own flag says who counts; a date beyond two years only says when they would.
    time = days.where(reoffended == 1.0, TWO_YEARS_DAYS).astype("Float64").astype("string")
    ours = pd.DataFrame(
        {
            "time": time,
            "event": frame["two_year_recid"],
            "age": frame["age"],
            "sex": frame["sex"],
            "priors": frame["priors_count"],
            "id": frame["id"],
        }
    )
    return Raw(ours[~late & ~undated], "days", "rearrest", "release_from_short_custody")
