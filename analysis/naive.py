"""Selection bias made visible: a study of the run's participants beside the true effect.

People volunteer, and gatekeepers choose. A study that compares those who took part with
those who did not, inside the policy arm, is what real evaluations without randomisation
do: raw, or adjusted by logistic regression for age, sex, priors and offence group. The
simulation also knows what became of the *same people* without the policy, because both
arms share people and luck: that difference is the true effect on those treated.

The true effect is that of the policy on the people who took part because of it. Where the
policy changes more than this one lever, it is the effect of all of it on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import Floats, check_confidence, half_width
from analysis.language import _
from analysis.logistic import standardised_difference
from analysis.replications import jackknife
from analysis.tables import WORLD, as_text, require, require_policy

COVARIATES = ("age_years", "male", "priors", "offence_group")
RAW, ADJUSTED, TRUE = "raw", "adjusted", "true"
RAW_BIAS, ADJUSTED_BIAS = "bias of raw", "bias of adjusted"
COLUMNS = (
    "jurisdiction", "policy", "lever", "outcome", "horizon_months", "estimate", "difference",
    "lo", "hi", "confidence", "participants", "others", "unmatched", "replications", "note",
)  # fmt: skip


@dataclass(frozen=True)
class _Arm:
    """People of one policy arm, and what became of the same people under the baseline."""

    replication: Floats
    took_part: Floats
    event: Floats
    covariates: Floats
    matched: Floats  # took part because of the policy, and the baseline knows them
    event_baseline: Floats
    unmatched: int


def naive_table(
    cohort: pd.DataFrame,
    levers: Mapping[str, str],
    event: str,
    horizon: int,
    baseline: str,
    confidence: float = 0.95,
    *,
    covariates: Sequence[str] = COVARIATES,
    outcome: str = "",
) -> pd.DataFrame:
    """Compare the naive estimates of each lever's effect with the true one.

    Parameters
    ----------
    cohort : DataFrame
        Index events of one kind that can be followed to the horizon, all policies: keys,
        person, month, the event's column, the participation columns and the covariates.
        Of several index events of one person the first is taken.
    levers : mapping
        Lever -> participation column (0/1), such as {"prison_treatment": "treated"}.
    event : str
        Column of months to the event, −1 for none.
    covariates : sequence of str
        What the adjusted study knows of people; columns not stored are left out and named
        in ``note``. Priors enter as log(1 + priors), age also squared, groups as indicators.
    outcome : str
        Name for the outcome; the event's column by default.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; percentage points, below 0 for fewer events among those
        who took part. Estimates: raw; adjusted (logistic regression, standardised over
        the participants: the same quantity as the true effect); true; and the bias of
        both. Intervals are Student-t on a jackknife over replications. What cannot be
        estimated is empty and ``note`` says why.
    """
    check_confidence(confidence)
    required = (*WORLD, "person", "month", event, *levers.values())
    require(cohort, required, "the cohort")
    require_policy(cohort, baseline)
    known = [name for name in covariates if name in cohort]
    unknown = [name for name in covariates if name not in cohort]
    wanted = list(dict.fromkeys([*required, *known]))
    people = as_text(cohort[wanted], ("jurisdiction", "policy"))
    people = people.sort_values([*WORLD, "person", "month"]).drop_duplicates([*WORLD, "person"])
    people["event"] = people[event].between(1, horizon).astype(float)
    said = _("not adjusted for: {names}").format(names=", ".join(unknown)) if unknown else ""
    rows = []
    for (place, policy), arm in people[people["policy"] != baseline].groupby(
        ["jurisdiction", "policy"], sort=True
    ):
        other = people[(people["jurisdiction"] == place) & (people["policy"] == baseline)]
        for lever, column in levers.items():
            _check_flags(arm[column], column)
            paired = _pair(arm, other, column, known)
            head = (place, policy, lever, outcome or event, horizon)
            rows += [(*head, *row) for row in _estimates(paired, confidence, said)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _check_flags(column: pd.Series, name: str) -> None:
    if not set(pd.unique(column)) <= {0, 1}:
        raise AnalysisError(f"'{name}' is not a participation column", why="it is not 0 or 1")


def _pair(arm: pd.DataFrame, other: pd.DataFrame, column: str, known: Sequence[str]) -> _Arm:
    keys = ["draw", "replication", "person"]
    both = arm.merge(
        other[[*keys, column, "event"]], on=keys, how="left", suffixes=("", "_baseline")
    )
    took_part = both[column].to_numpy(float)
    found = both["event_baseline"].notna().to_numpy()
    before = both[f"{column}_baseline"].fillna(0.0).to_numpy(float)
    changed = (took_part == 1) & (before == 0)
    return _Arm(
        both["replication"].to_numpy(float), took_part, both["event"].to_numpy(float),
        _design(both, known), (changed & found).astype(float),
        both["event_baseline"].fillna(0.0).to_numpy(float), int((changed & ~found).sum()),
    )  # fmt: skip


def _design(people: pd.DataFrame, known: Sequence[str]) -> Floats:
    """Covariates as the columns of a regression, constant ones left out."""
    columns: list[Floats] = []
    for name in known:
        values = people[name].to_numpy(float)
        if name == "offence_group":
            columns += [(values == one).astype(float) for one in np.unique(values)[1:]]
        elif name == "priors":
            columns.append(np.log1p(values))
        elif name == "age_years":
            columns += [values, values**2]
        else:
            columns.append(values)
    varied = [(one - one.mean()) / one.std() for one in columns if one.std() > 0]
    return np.column_stack(varied) if varied else np.empty((len(people), 0))


def _estimates(arm: _Arm, confidence: float, said: str) -> list[tuple[object, ...]]:
    """Whole estimates, delete-one estimates, and the statements of both."""
    runs = np.unique(arm.replication)
    everyone = np.ones(len(arm.event), bool)
    whole = _point(arm, everyone)
    left_out = (
        np.array([_point(arm, arm.replication != run, whole[3:])[:3] for run in runs])
        if len(runs) > 1 else np.empty((0, 3))
    )  # fmt: skip
    named = {
        RAW: (whole[0], left_out[:, 0]),
        ADJUSTED: (whole[1], left_out[:, 1]),
        TRUE: (whole[2], left_out[:, 2]),
        RAW_BIAS: (whole[0] - whole[2], left_out[:, 0] - left_out[:, 2]),
        ADJUSTED_BIAS: (whole[1] - whole[2], left_out[:, 1] - left_out[:, 2]),
    }
    participants = int(arm.took_part.sum())
    others = int(len(arm.took_part) - participants)
    rows: list[tuple[object, ...]] = []
    for name, (value, without) in named.items():
        note = [_why_empty(name, arm)] if not np.isfinite(value) else []
        lo = hi = np.nan
        if np.isfinite(value) and len(runs) < 2:
            note.append(_("one replication: no interval"))
        elif np.isfinite(value) and not np.isfinite(without).all():
            note.append(_("it rests on one replication: no interval"))
        elif np.isfinite(value):
            centre, se = jackknife(value, without)
            width = float(half_width(se * np.sqrt(len(runs)), len(runs), confidence))
            lo, hi = centre - width, centre + width
            if se == 0:
                note.append(_("the same in every replication: interval of no width"))
        if said and ADJUSTED in name:
            note.append(said)
        if name == TRUE and arm.unmatched:
            note.append(
                _("{n} who took part have no such event under the baseline").format(n=arm.unmatched)
            )
        rows.append((name, value, lo, hi, confidence, participants, others, arm.unmatched,
                     len(runs), "; ".join(note)))  # fmt: skip
    return rows


def _point(arm: _Arm, rows: np.ndarray, start: Floats | None = None) -> Floats:
    """Raw, adjusted and true difference in points, then the regression's coefficients."""
    took = rows & (arm.took_part == 1)
    others = rows & (arm.took_part == 0)
    raw = adjusted = true = np.nan
    coefficients = np.empty(0)
    if took.any() and others.any():
        raw = 100.0 * (arm.event[took].mean() - arm.event[others].mean())
        gap, coefficients = standardised_difference(
            arm.event[rows], arm.took_part[rows], arm.covariates[rows], start
        )
        adjusted = 100.0 * gap
    matched = rows & (arm.matched == 1)
    if matched.any():
        true = 100.0 * float((arm.event - arm.event_baseline)[matched].mean())
    return np.concatenate([[raw, adjusted, true], coefficients])


def _why_empty(name: str, arm: _Arm) -> str:
    participants = arm.took_part.sum()
    if participants == 0:
        return _("nobody took part")
    if name != TRUE and participants == len(arm.took_part):
        return _("everyone took part: there is nobody to compare with")
    if TRUE not in name and ADJUSTED not in name and arm.matched.sum() > 0:
        return _("no value")
    if arm.matched.sum() == 0 and name != ADJUSTED:
        return _("nobody took part because of the policy and is known under the baseline")
    return _("the regression has no solution: too few events on one side")
