"""Two uncertainties, never mixed: how sure the evidence is, and the play of chance.

For each contrast: which part of its variance comes from the parameters, drawn from their
evidence (draws 1, 2, …), and which from chance (replications); where it may lie with both
at once; and whether what the central values show survives other values of the evidence.

Draw 0 holds the central values and belongs to neither loop: it gives the conclusion that
is put to the test.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.components import Components, components
from analysis.intervals import Floats, check_confidence, half_width
from analysis.language import _
from analysis.replications import paired_differences
from analysis.tables import OUTCOME, row_numbers

CENTRAL = 0
ROW = ("jurisdiction", "policy", *OUTCOME)
COLUMNS = (
    *ROW, "unit", "central", "central_lo", "central_hi", "conclusion", "difference", "se",
    "evidence_variance", "chance_variance", "evidence_share", "evidence_lo", "evidence_hi",
    "lo", "hi", "confidence", "draws", "replications", "sign_share", "survives", "note",
)  # fmt: skip


def uncertainty_table(
    outcomes: pd.DataFrame,
    confidence: float = 0.95,
    *,
    baseline: str = "status_quo",
    shared_seeds: bool = True,
) -> pd.DataFrame:
    """Split the variance of every paired contrast into evidence and chance.

    Parameters
    ----------
    outcomes : DataFrame
        The stored outcomes, with several parameter draws.
    confidence : float
        Level of the intervals, and the share of draws that must agree for a conclusion to
        survive.
    shared_seeds : bool
        Whether replication *r* has the same seed under every draw, as in every study here.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`. ``central`` with its interval and ``conclusion`` (lower,
        higher, unclear, same, unknown) are those of the central values. ``difference`` is
        the mean over the draws from the evidence; ``lo`` and ``hi`` hold evidence and
        chance together (one more draw, one more replication), ``evidence_lo`` and
        ``evidence_hi`` the evidence alone. ``sign_share`` is the share of draws whose
        mean difference has the sign of the central one (of the mean of all, where there
        is no central one). ``survives`` is "yes" or "no" for a clear conclusion, else
        empty. What cannot be computed is empty and ``note`` says why.
    """
    check_confidence(confidence)
    rows = paired_differences(outcomes, baseline)
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    draws, draw = np.unique(rows["draw"].to_numpy(int), return_inverse=True)
    runs, run = np.unique(rows["replication"].to_numpy(int), return_inverse=True)
    difference = rows["difference"].to_numpy(float)
    group = row_numbers(rows, [*ROW, "unit"])
    edges = np.flatnonzero(np.diff(group)) + 1  # the rows are sorted
    table = []
    for at in np.split(np.arange(len(rows)), edges):
        first = rows.iloc[at[0]]
        wide = np.full((len(draws), len(runs)), np.nan)
        wide[draw[at], run[at]] = difference[at]
        keys = {name: first[name] for name in (*ROW, "unit")}
        table.append({**keys, **_one(draws, wide, confidence, shared_seeds)})
    return pd.DataFrame(table, columns=list(COLUMNS))


def _one(
    draws: NDArray[np.int64], wide: Floats, confidence: float, shared_seeds: bool
) -> dict[str, object]:
    """Statements on one contrast, from its differences by draw (rows) and replication."""
    stored = np.isfinite(wide).any(axis=1) | (len(draws) == 1)
    centre = wide[(draws == CENTRAL) & stored].ravel()
    drawn = wide[(draws != CENTRAL) & stored]
    drawn = drawn[:, np.isfinite(drawn).any(axis=0)]
    no_draws = drawn.shape[0] == 0
    found = components(drawn if not no_draws else centre[None, :], confidence,
                       shared_seeds=shared_seeds)  # fmt: skip
    central, low, high = _interval(centre[np.isfinite(centre)], confidence)
    conclusion = _conclusion(central, low, high)
    share = _sign_share(found, central) if not no_draws else np.nan
    note = [found.note] if found.note else []
    if no_draws:
        note = [_("no parameter draws: the evidence part is not known")]
        note += [_("one replication: no interval")] if found.replications == 1 else []
        note += [_("no value")] if found.replications == 0 else []
    elif not len(centre):
        note.append(_("no central values stored: nothing to survive"))
    survives = ""
    if conclusion in ("lower", "higher") and np.isfinite(share):
        survives = "yes" if share >= confidence else "no"
    return {
        "central": central, "central_lo": low, "central_hi": high, "conclusion": conclusion,
        "difference": found.mean, "se": found.se_mean, "evidence_variance": found.evidence,
        "chance_variance": found.chance, "evidence_share": found.evidence_share,
        "evidence_lo": found.evidence_lo, "evidence_hi": found.evidence_hi,
        "lo": found.lo, "hi": found.hi, "confidence": confidence,
        "draws": 0 if no_draws else found.draws, "replications": found.replications,
        "sign_share": share, "survives": survives, "note": "; ".join(note),
    }  # fmt: skip


def _interval(values: Floats, confidence: float) -> tuple[float, float, float]:
    if not len(values):
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    sd = float(values.std(ddof=1)) if len(values) > 1 else np.nan
    width = float(half_width(sd, len(values), confidence))
    return mean, mean - width, mean + width


def _conclusion(mean: float, low: float, high: float) -> str:
    """What the central values allow one to say."""
    if not np.isfinite(low):
        return "unknown"
    if mean == low == high == 0:
        return "same"
    if high < 0:
        return "lower"
    return "higher" if low > 0 else "unclear"


def _sign_share(found: Components, central: float) -> float:
    if not found.draws:
        return np.nan
    reference = central if np.isfinite(central) else found.mean
    return float(np.mean(np.sign(found.draw_means) == np.sign(reference)))
