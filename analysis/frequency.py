"""Frequency and severity of reoffending per person-year at liberty.

Time in custody is no time at risk: without the divisor, a policy that imprisons more seems
to reduce reoffending by holding people. The rate of a group is all its events over all
its years at liberty, not a mean of personal rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.errors import AnalysisError
from analysis.follow_up import FollowUp, within
from analysis.intervals import check_confidence, half_width, mean_interval
from analysis.language import _
from analysis.pairs import mean_ratio, pairs_of, ratio_notes
from analysis.survival import BETWEEN_PEOPLE, BETWEEN_REPLICATIONS, EXACT

WINDOW_MONTHS = 36
YEARS = "years"


@dataclass(frozen=True)
class Rate:
    """A sum over people divided by another, with what it is called."""

    name: str
    unit: str
    numerator: str
    denominator: str
    counts_events: bool


RATES = (
    Rate("offences", "offences per person-year at liberty", "offences_36m", YEARS, True),
    Rate("arrests", "arrests per person-year at liberty", "arrests_36m", YEARS, True),
    Rate("harm", "valued harm per person-year at liberty", "harm_36m", YEARS, False),
    Rate("harm_per_offence", "valued harm per offence", "harm_36m", "offences_36m", False),
)
COLUMNS = (
    "jurisdiction", "policy", "measure", "unit", "value", "lo", "hi", "interval", "baseline",
    "difference", "difference_lo", "difference_hi", "ratio", "ratio_lo", "ratio_hi", "people",
    "person_years", "events", "replications", "note",
)  # fmt: skip


def frequency_and_severity(
    cohort: pd.DataFrame,
    confidence: float = 0.95,
    *,
    baseline: str = "status_quo",
    index: str = "release_from_prison",
    first_month: int = 0,
    last_month: int | None = None,
    is_complete: bool = True,
) -> pd.DataFrame:
    """Rates of the 36 months after the index event, by jurisdiction and policy.

    Parameters
    ----------
    cohort : DataFrame
        Keys, person, index, month, observed_months, ``liberty_36m`` (months at liberty
        within 36 months), and what is counted: offences_36m, arrests_36m, harm_36m; a
        measure whose column is not there is left out.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; ``measure`` is one of offences, arrests, harm,
        harm_per_offence. ``value`` is the mean over replications with its t interval, or
        with one replication the interval between people (linearised, persons as
        clusters, on the log scale); with no event, the exact Poisson limit; ``interval``
        says which. Differences and ratios are paired by replication; with one
        replication, the difference by person, who is the same under both policies.

    Raises
    ------
    AnalysisError
        ``liberty_36m`` is not stored, nothing is counted, or nobody can be followed.
    """
    check_confidence(confidence)
    window = FollowUp("rearrest", index, WINDOW_MONTHS, first_month, last_month, (), is_complete)
    if "liberty_36m" not in cohort:
        raise AnalysisError(
            "the cohort has no column 'liberty_36m'",
            why="months at liberty are stored by desist from schema 2 on",
            mend="run the study again into a new folder",
        )
    rates = [rate for rate in RATES if rate.numerator in cohort
             and rate.denominator in (YEARS, *cohort.columns)]  # fmt: skip
    if not rates:
        raise AnalysisError("the cohort counts no offences, arrests or harm")
    chosen = within(cohort, window)
    names = list(dict.fromkeys([rate.numerator for rate in rates]))
    keys = ["jurisdiction", "policy", "replication", "person"]
    summed = chosen[[*keys, *names]].assign(years=chosen["liberty_36m"].astype(float) / 12.0)
    people = summed.groupby(keys, observed=True, sort=False).sum().astype(float).reset_index()
    people[["jurisdiction", "policy"]] = people[["jurisdiction", "policy"]].astype(str)
    if baseline not in set(people["policy"]):
        raise AnalysisError(f"the baseline '{baseline}' has nobody who can be followed")
    rows = []
    for place, here in people.groupby("jurisdiction", sort=True):
        arms = dict(iter(here.groupby("policy", sort=True)))
        for policy, arm in arms.items():
            for rate in rates:
                row = _level(arm, rate, confidence)
                if policy != baseline and baseline in arms:
                    row |= _contrast(arms[baseline], arm, rate, confidence, str(row["note"]))
                rows.append({"jurisdiction": place, "policy": policy, "measure": rate.name,
                             "unit": rate.unit, **row})  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=list(COLUMNS))


def _by_replication(arm: pd.DataFrame, rate: Rate) -> pd.Series[float]:
    sums = arm.groupby("replication")[list({rate.numerator, rate.denominator})].sum()
    above = sums[rate.denominator].where(sums[rate.denominator] > 0)
    return sums[rate.numerator] / above


def _level(arm: pd.DataFrame, rate: Rate, confidence: float) -> dict[str, object]:
    """Rate of one policy with its interval."""
    values = _by_replication(arm, rate)
    mean, lo, hi, count = (
        part[0]
        for part in mean_interval(
            np.asarray(values, np.float64)[:, None], confidence, (0.0, np.inf)
        )
    )
    above, below = float(arm[rate.numerator].sum()), float(arm[rate.denominator].sum())
    interval, note = BETWEEN_REPLICATIONS, ""
    if 0 < count < len(values):
        note = _("{n} replications left out: nothing to divide by").format(n=len(values) - count)
    if count == 0:
        interval, note = "", _("no time at liberty, or no offence, to divide by: no rate")
    elif above == 0 and rate.counts_events:
        interval, note = EXACT, _("no event: exact Poisson limit")
        lo, hi = 0.0, stats.chi2.ppf(0.5 + confidence / 2, 2) / 2 / below
    elif above == 0:
        interval, note = "", _("nothing counted in anyone: no interval")
        lo = hi = np.nan
    elif count == 1:
        interval, note = BETWEEN_PEOPLE, _("one replication: the interval is between its people")
        se = float(np.sqrt(_variance(_influence(arm, rate))))
        step = np.exp(special.ndtri(0.5 + confidence / 2) * se / mean)
        lo, hi = mean / step, mean * step
    return {
        "value": mean, "lo": lo, "hi": hi, "interval": interval, "people": len(arm),
        "person_years": float(arm["years"].sum()), "replications": int(count), "note": note,
        "events": above if rate.counts_events else np.nan,
    }  # fmt: skip


def _contrast(
    base: pd.DataFrame, arm: pd.DataFrame, rate: Rate, confidence: float, note: str
) -> dict[str, object]:
    """Difference and ratio of one policy from the baseline."""
    both = pd.concat({"x": _by_replication(base, rate), "y": _by_replication(arm, rate)}, axis=1)
    pairs = pairs_of(both["x"].to_numpy(float)[None, :], both["y"].to_numpy(float)[None, :])
    ratio, lo, hi = mean_ratio(pairs, confidence)
    width = float(half_width(pairs.sd, pairs.count, confidence)[0])
    if pairs.count[0] == 1:
        first, second = (_influence(one, rate) for one in (base, arm))
        gap = second.sub(first, fill_value=0.0)
        width = float(special.ndtri(0.5 + confidence / 2) * np.sqrt(_variance(gap)))
    difference = float(pairs.difference[0])
    told = [note, ratio_notes(pairs.count, ratio, lo)[0] if pairs.count[0] != 1 else
            _("one replication: no interval of the ratio")]  # fmt: skip
    return {
        "baseline": float(pairs.baseline[0]), "difference": difference,
        "difference_lo": difference - width, "difference_hi": difference + width,
        "ratio": ratio[0], "ratio_lo": lo[0], "ratio_hi": hi[0],
        "note": "; ".join(filter(None, told)),
    }  # fmt: skip


def _influence(arm: pd.DataFrame, rate: Rate) -> pd.Series[float]:
    """Each person's share in the rate's error: (own events - rate × own years) / all years."""
    above, below = arm[rate.numerator], arm[rate.denominator]
    residual = (above - above.sum() / below.sum() * below) / below.sum()
    return pd.Series(residual.to_numpy(), index=arm["person"].to_numpy())


def _variance(influence: pd.Series[float]) -> float:
    values = influence.to_numpy(float)
    n = len(values)
    return float((values**2).sum() * n / (n - 1)) if n > 1 else np.nan
