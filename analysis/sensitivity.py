"""Which dials and parameters move an outcome: Morris screening and Sobol indices, with SALib.

A *design* is a table with one row a run and one column an input; the run gives one value of
the outcome for each row, or one for each row and replication. Screening (Morris 1991;
Campolongo et al. 2007) needs few runs and ranks; Sobol indices (Saltelli et al. 2010) need
many and say which share of the variance each input has by itself and with the others.

Replications of a row are averaged, so some of what looks like influence is chance. Both
tables say how much, from the spread between replications.

The intervals are SALib's bootstraps. Measured at 95 %: on the Ishigami function with 256
base samples those of Sobol indices cover 95 to 100 % (quasi-random rows are better than the
bootstrap thinks); those of Morris effects cover 92 to 96 % with 10 to 40 trajectories.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import Floats, check_confidence
from analysis.language import _
from analysis.tables import require

LEVELS = 4
MORRIS_COLUMNS = (
    "input", "mean_effect", "mean_absolute_effect", "lo", "hi", "spread_of_effects",
    "expected_from_chance", "trajectories", "confidence", "note",
)  # fmt: skip
SOBOL_COLUMNS = (
    "input", "first_order", "first_lo", "first_hi", "total", "total_lo", "total_hi",
    "share_from_chance", "base_samples", "confidence", "note",
)  # fmt: skip


def problem_of(ranges: pd.DataFrame) -> dict[str, Any]:
    """Describe the inputs to SALib.

    Parameters
    ----------
    ranges : DataFrame
        input, low, high; one row an input, uniform between its limits.
    """
    require(ranges, ("input", "low", "high"), "the ranges")
    if ranges.empty or ranges["input"].duplicated().any():
        raise AnalysisError("the ranges name no input, or one of them twice")
    for name, low, high in ranges[["input", "low", "high"]].itertuples(index=False, name=None):
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise AnalysisError(
                f"'{name}' has no range", why=f"from {low} to {high}",
                mend="give a low end below the high one, or leave the input out",
            )  # fmt: skip
    names = [str(name) for name in ranges["input"]]
    bounds = ranges[["low", "high"]].to_numpy(float).tolist()
    return {"num_vars": len(names), "names": names, "bounds": bounds}


def morris_design(ranges: pd.DataFrame, trajectories: int, seed: int) -> pd.DataFrame:
    """Runs for a Morris screening: ``trajectories`` × (inputs + 1) rows.

    >>> ranges = pd.DataFrame({"input": ["a", "b"], "low": [0, 10.0], "high": [1, 20.0]})
    >>> morris_design(ranges, trajectories=5, seed=0).shape
    (15, 2)
    """
    from SALib.sample.morris import sample

    problem = problem_of(ranges)
    rows = sample(problem, trajectories, num_levels=LEVELS, seed=np.random.default_rng(seed))
    return pd.DataFrame(rows, columns=problem["names"])


def sobol_design(ranges: pd.DataFrame, base_samples: int, seed: int) -> pd.DataFrame:
    """Runs for Sobol indices: ``base_samples`` (a power of 2) × (inputs + 2) rows.

    >>> ranges = pd.DataFrame({"input": ["a", "b"], "low": [0, 10.0], "high": [1, 20.0]})
    >>> sobol_design(ranges, base_samples=8, seed=0).shape
    (32, 2)
    """
    from SALib.sample.sobol import sample

    if base_samples < 2 or base_samples & (base_samples - 1):
        raise AnalysisError(
            f"{base_samples} is no power of 2", why="a Sobol sequence is balanced only at those"
        )
    problem = problem_of(ranges)
    rows = sample(problem, base_samples, calc_second_order=False, seed=np.random.default_rng(seed))
    return pd.DataFrame(rows, columns=problem["names"])


def morris_table(
    design: pd.DataFrame,
    ranges: pd.DataFrame,
    values: Floats,
    confidence: float = 0.95,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Screen the inputs by their elementary effects, the most influential first.

    Parameters
    ----------
    design : DataFrame
        From :func:`morris_design`, in its order.
    values : array, shape (rows,) or (rows, replications)
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        Columns :data:`MORRIS_COLUMNS`. Effects are the change of the outcome over the
        whole range of the input, if it went on as over the step. ``spread_of_effects``
        large beside the mean absolute effect means an influence that is curved or depends
        on other inputs. ``expected_from_chance`` is the mean absolute effect of an input
        without any influence; empty where no replications tell.
    """
    from SALib.analyze.morris import analyze

    problem, runs = _checked(design, ranges, values, confidence)
    mean = runs.mean(axis=1)
    k = problem["num_vars"]
    if len(runs) % (k + 1):
        raise AnalysisError("the design is no Morris design", why="its rows are no trajectories")
    found = analyze(
        problem, design[problem["names"]].to_numpy(float), mean, conf_level=confidence,
        num_levels=LEVELS, num_resamples=1000, seed=np.random.default_rng(seed),
    )  # fmt: skip
    centre, width = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
    table = pd.DataFrame({
        "input": problem["names"], "mean_effect": np.asarray(found["mu"], float),
        "mean_absolute_effect": centre, "lo": np.maximum(centre - width, 0.0),
        "hi": centre + width, "spread_of_effects": np.asarray(found["sigma"], float),
        "expected_from_chance": _chance_effect(runs, k), "trajectories": len(runs) // (k + 1),
        "confidence": confidence, "note": _note(runs),
    })  # fmt: skip
    return table.sort_values(
        ["mean_absolute_effect", "input"], ascending=[False, True], ignore_index=True
    )


def sobol_table(
    design: pd.DataFrame,
    ranges: pd.DataFrame,
    values: Floats,
    confidence: float = 0.95,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Share of the outcome's variance that each input explains, the largest total first.

    Parameters
    ----------
    design : DataFrame
        From :func:`sobol_design`, in its order.
    values : array, shape (rows,) or (rows, replications)
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        Columns :data:`SOBOL_COLUMNS`: by itself (``first_order``) and with all its
        interactions (``total``). ``share_from_chance`` is the share of the variance of
        the averaged outcome that is chance between replications; it inflates the totals.
        An outcome that never varies has indices 0 and says so.
    """
    from SALib.analyze.sobol import analyze

    problem, runs = _checked(design, ranges, values, confidence)
    mean = runs.mean(axis=1)
    k = problem["num_vars"]
    if len(runs) % (k + 2):
        raise AnalysisError("the design is no Sobol design", why="its rows are no such blocks")
    nothing = np.zeros(k)
    found: dict[str, Any] = {"S1": nothing, "S1_conf": nothing, "ST": nothing, "ST_conf": nothing}
    if np.ptp(mean) > 0:
        found = analyze(
            problem, mean, calc_second_order=False, conf_level=confidence, num_resamples=1000,
            seed=np.random.default_rng(seed),
        )  # fmt: skip
    table = pd.DataFrame({"input": problem["names"]})
    for name, key in (("first", "S1"), ("total", "ST")):
        centre, width = np.asarray(found[key], float), np.asarray(found[f"{key}_conf"], float)
        table["first_order" if name == "first" else name] = centre
        table[f"{name}_lo"], table[f"{name}_hi"] = centre - width, centre + width
    table["share_from_chance"] = _chance_share(runs)
    table["base_samples"] = len(runs) // (k + 2)
    table["confidence"], table["note"] = confidence, _note(runs)
    table = table[list(SOBOL_COLUMNS)]
    return table.sort_values(["total", "input"], ascending=[False, True], ignore_index=True)


def _checked(
    design: pd.DataFrame, ranges: pd.DataFrame, values: Floats, confidence: float
) -> tuple[dict[str, Any], Floats]:
    check_confidence(confidence)
    problem = problem_of(ranges)
    require(design, problem["names"], "the design")
    runs = np.asarray(values, dtype=float)
    runs = runs[:, None] if runs.ndim == 1 else runs
    if len(runs) != len(design):
        raise AnalysisError(f"{len(runs)} values for {len(design)} rows of the design")
    missing = int((~np.isfinite(runs)).any(axis=1).sum())
    if missing:
        raise AnalysisError(
            f"{missing} rows of the design have no value", why="every row is needed",
            mend="run the failed cells again",
        )  # fmt: skip
    return problem, runs


def _chance_effect(runs: Floats, inputs: int) -> float:
    """Mean absolute effect that chance alone would show: that of a normal variable."""
    if runs.shape[1] < 2:
        return np.nan
    steps = np.diff(runs.reshape(-1, inputs + 1, runs.shape[1]), axis=1)
    noise = steps.var(axis=2, ddof=1).mean() / runs.shape[1]
    step = LEVELS / (2.0 * (LEVELS - 1))
    return float(np.sqrt(2.0 / np.pi * noise) / step)


def _chance_share(runs: Floats) -> float:
    """Share of the variance of the row means that is chance, seeds being shared by rows."""
    rows, replications = runs.shape
    means = runs.mean(axis=1)
    total = means.var(ddof=1)
    if replications < 2 or not total > 0:
        return np.nan
    left = runs - means[:, None] - runs.mean(axis=0)[None, :] + runs.mean()
    noise = float((left**2).sum()) / ((rows - 1) * (replications - 1)) / replications
    return float(min(noise / total, 1.0))


def _note(runs: Floats) -> str:
    if np.ptp(runs.mean(axis=1)) == 0:
        return _("the outcome does not vary over the design")
    if runs.shape[1] < 2:
        return _("one replication: the part of chance is not known")
    return ""
