"""Row by row: what can be used, what is dropped and why, and which files are refused as a whole."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from sim.errors import DesistError
from sim.experiment.data import values
from sim.experiment.data.account import Account
from sim.experiment.data.columns import UNITS
from sim.experiment.data.people import COMPETING, EVENT, NO_EVENT, OUTCOMES, People, Raw

MOST_DROPPED = 0.5
"""A file that loses more of its rows is refused: what is left no longer stands for it."""

LONGEST_YEARS, YOUNGEST, OLDEST, MOST_PRIORS = 50.0, 10.0, 100.0, 500.0
HALF_A_DAY = 0.5
SAME_TIME, COMMON = 0.02, 0.05
"""Relative width within which times are one, and share of people from which a time is common."""

KINDS = {
    "rearrest": "rearrest", "arrest": "rearrest", "reconviction": "reconviction",
    "conviction": "reconviction", "return": "return", "returned": "return",
    "return to prison": "return", "reimprisonment": "return", "death": "death", "died": "death",
    "censored": "none", "no event": "none",
}  # fmt: skip
"""Words of a column of event kinds; a missing one is no event."""

_WITH_UNIT = re.compile(r"^([\d.]+)\s*(day|week|month|year)s?$", re.IGNORECASE)


def checked(raw: Raw, name: str, account: Account, outcome: str | None = None) -> People:
    """Check every row, and keep an account.

    Raises
    ------
    DesistError
        For a file that cannot be used as a whole: units mixed, nobody with the event, all at time
        0, or most rows unusable.
    """
    frame = raw.frame.reset_index(drop=True)
    drop = _Dropping(frame.index, account)
    days = _days(frame["time"], raw.unit, account.file)
    code, outcome = _codes(frame, raw, outcome, drop, account)
    if "follow_up" in frame:
        limit = _days(frame["follow_up"], raw.unit, account.file)
        days = days.where(~((code == NO_EVENT) & days.isna()), limit)
        late = (days > limit) & (code != NO_EVENT)
        account.add("event after the end of follow-up", late.sum(), "censored at that end")
        code, days = code.where(~late, NO_EVENT), days.where(~late, limit)
    _refuse_mixed_units(days, code, raw.unit, account.file)
    drop.where(frame["time"].isna() & days.isna(), "time is missing")
    drop.where(frame["time"].notna() & days.isna(), "time is not a number")
    drop.where(days < 0.0, "time is negative")
    drop.where(days > 365.25 * LONGEST_YEARS, f"time is beyond {LONGEST_YEARS:.0f} years")
    out = pd.DataFrame({"days": days, "code": code})
    _describe(frame, out, drop)
    _covariates(frame, raw, out, account)
    _duplicates(frame, drop)
    out = out[drop.keep]
    account.kept = len(out)
    _refuse(out, drop, account, raw)
    account.add("time is 0", int((out["days"] == 0).sum()), "kept, as half a day")
    out["days"] = out["days"].where(out["days"] > 0.0, HALF_A_DAY)
    for column, what in (("age_years", "age"), ("male", "sex"), ("priors", "priors")):
        if column in out:
            missing = int(out[column].isna().sum())
            account.add(f"{what} is missing", missing, f"kept, not in groups by {what}")
    return People(name, out, outcome, raw.index, raw.grid_months, raw.covariates)


class _Dropping:
    """Rows still kept; a row is dropped once, for its first reason."""

    def __init__(self, index: pd.Index, account: Account) -> None:
        self.keep = pd.Series(True, index=index)
        self.account = account

    def where(self, bad: pd.Series, reason: str) -> None:
        now = self.keep & bad.fillna(False).astype(bool)
        self.account.add(reason, int(now.sum()), "dropped")
        self.keep &= ~now


def _days(text: pd.Series, unit: str, file: str) -> pd.Series:
    """Times in days. Units written behind the numbers must all be the one of the column."""
    parts = text.astype("string").str.extract(_WITH_UNIT)
    written = set(parts[1].dropna().str.casefold() + "s")
    if len(written) > 1 or (written and written != {unit}):
        units = sorted(written | {unit})
        raise DesistError(
            f"times in several units in '{file}': {', '.join(units)}", "columns.time=",
            mend="convert them to one unit",
        )  # fmt: skip
    return values.numbers(parts[0].where(parts[0].notna(), text)) * UNITS[unit]


def _codes(
    frame: pd.DataFrame, raw: Raw, outcome: str | None, drop: _Dropping, account: Account
) -> tuple[pd.Series, str]:
    """Code of each row, and the outcome that is counted."""
    kind = pd.Series(pd.NA, index=frame.index, dtype="string")
    if "kind" in frame:
        kind = frame["kind"].str.casefold().map(KINDS).astype("string")
        drop.where(frame["kind"].notna() & kind.isna(), "kind of event is not known")
        if "event" not in frame:
            kind = kind.fillna("none")
    kinds = [name for name in OUTCOMES if (kind == name).any()]
    chosen = outcome or raw.outcome or (kinds[0] if len(kinds) == 1 else None)
    if chosen is None and kinds:
        raise DesistError(
            f"'{account.file}' holds several kinds of event: {', '.join(kinds)}", "outcome=",
            mend=f"say which is counted: outcome={kinds[0]}; the others end observation",
        )  # fmt: skip
    if chosen is None:
        chosen = "rearrest"
        account.note("The event is taken as a rearrest; say outcome=reconviction or return if not.")
    if "event" in frame:
        happened = values.truth(frame["event"])
        drop.where(frame["event"].isna() & kind.isna(), "event is missing")
        drop.where(frame["event"].notna() & happened.isna(), "event is not yes or no (1 or 0)")
        kind = kind.fillna(happened.map({1.0: chosen, 0.0: "none"}).astype("string"))
    code = pd.Series(COMPETING, index=frame.index)
    code[(kind == chosen).fillna(False)] = EVENT
    code[(kind == "none").fillna(True)] = NO_EVENT
    competing = int((code == COMPETING).sum())
    account.add(f"another event came before a {chosen}", competing, "kept as competing events")
    return code, chosen


def _describe(frame: pd.DataFrame, out: pd.DataFrame, drop: _Dropping) -> None:
    """Age, sex, priors and offence; an impossible value drops the row, a missing one does not."""
    if "age" in frame:
        out["age_years"], out["age_band"] = values.ages(frame["age"])
        drop.where(frame["age"].notna() & out["age_years"].isna(), "age is not a number or a band")
        outside = (out["age_years"] < YOUNGEST) | (out["age_years"] > OLDEST)
        drop.where(outside, f"age is outside {YOUNGEST:.0f} to {OLDEST:.0f}")
    if "sex" in frame:
        out["male"] = values.male(frame["sex"])
        drop.where(frame["sex"].notna() & out["male"].isna(), "sex is neither male nor female")
    if "priors" in frame:
        out["priors"] = values.numbers(frame["priors"])
        drop.where(frame["priors"].notna() & out["priors"].isna(), "priors is not a number")
        outside = (out["priors"] < 0.0) | (out["priors"] > MOST_PRIORS)
        drop.where(outside, f"priors is outside 0 to {MOST_PRIORS:.0f}")
    if "offence" in frame:
        out["offence"] = values.offence_groups(frame["offence"])


def _covariates(frame: pd.DataFrame, raw: Raw, out: pd.DataFrame, account: Account) -> None:
    for column in raw.covariates:
        yes_or_no = values.truth(frame[column])
        out[column] = values.numbers(frame[column]).fillna(yes_or_no)
        missing = int(out[column].isna().sum())
        if missing == len(out):
            raise DesistError(f"column '{column}' holds no numbers", "covariates=")
        account.add(f"{column} is no number", missing, "kept, not in the Cox regression")


def _duplicates(frame: pd.DataFrame, drop: _Dropping) -> None:
    if "id" in frame:
        again = frame["id"].notna() & frame["id"].duplicated()
        drop.where(again, "the id appeared before: one row a person, the first is kept")


def _refuse(out: pd.DataFrame, drop: _Dropping, account: Account, raw: Raw) -> None:
    """Refuse a file whose rest cannot be used."""
    worst, file = account.worst, account.file
    if len(out) < (1.0 - MOST_DROPPED) * len(drop.keep):
        raise DesistError(
            f"{len(drop.keep) - len(out):,} of {len(drop.keep):,} rows of '{file}' cannot be used",
            "data=", why=None if worst is None else f"mostly because {worst.reason}",
        )  # fmt: skip
    if not (out["code"] == EVENT).any():
        raise DesistError(
            f"nobody in '{file}' has the event", "columns.event=",
            mend="check that 1 or yes marks it, and outcome=",
        )  # fmt: skip
    if not (out.loc[out["code"] == EVENT, "days"] > 0.0).any():
        raise DesistError(
            f"all events in '{file}' are at time 0", "columns.time=",
            mend="give the time from release to the event",
        )  # fmt: skip
    if out["days"].max() < UNITS["months"]:
        raise DesistError(
            f"the longest time in '{file}' is {out['days'].max() / UNITS[raw.unit]:g} {raw.unit}, "
            "less than a month", "columns.time=", mend="check the unit",
        )  # fmt: skip


def _refuse_mixed_units(days: pd.Series, code: pd.Series, unit: str, file: str) -> None:
    """Find two common ends of follow-up that are one in two units: 36 (months) and 1,096 (days)."""
    ends = days[code == NO_EVENT] / UNITS[unit]
    shares = ends.round(0).value_counts() / len(days)
    common = np.sort(shares[shares >= COMMON].index.to_numpy(np.float64))
    ratios = {
        a / b: (x, y)
        for x, a in UNITS.items()
        for y, b in UNITS.items()
        if a > b and unit in (x, y) and {x, y} != {"months", "years"}
    }
    for low in common[common > 0.0]:
        for high in common:
            for ratio, (longer, shorter) in ratios.items():
                if abs(high / low / ratio - 1.0) < SAME_TIME:
                    raise DesistError(
                        f"'{file}' mixes {longer} and {shorter}", "columns.time=",
                        why=f"many are followed for {low:g} and many for {high:g}",
                        mend="convert all times to one unit",
                    )  # fmt: skip
