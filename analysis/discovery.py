"""Scenario discovery: in which region of dials and parameters a result is found, by PRIM.

The patient rule induction method (Friedman & Fisher 1999) peels a box until most runs in
it are of interest; for policy analysis Bryant & Lempert (2010). From ema-workbench, which
is in the extra ``search`` and is imported only here.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.errors import AnalysisError
from analysis.language import _

COLUMNS = (
    "box", "input", "low", "high", "values", "p_low", "p_high", "is_restricting", "coverage",
    "density", "mass", "runs", "note",
)  # fmt: skip
FEWEST_RUNS = 40
# A limit whose removal would lose no more than chance is not restricting (Bryant & Lempert).
RESTRICTING_P = 0.05


def boxes_of_interest(
    inputs: pd.DataFrame,
    is_of_interest: ArrayLike,
    *,
    density: float = 0.8,
    boxes: int = 1,
    smallest_mass: float = 0.05,
) -> pd.DataFrame:
    """Find boxes in which most runs are of interest.

    Parameters
    ----------
    inputs : DataFrame
        One row a run, one column a dial or parameter; text and true/false are categories.
    is_of_interest : array of bool, shape (runs,)
        Whether the run shows what is looked for, such as a policy that fails its aim.
    density : float
        Share of runs in a box that must be of interest; of the boxes that reach it, the
        one with the highest coverage, then the densest, is taken.
    boxes : int
        How many boxes, each found in what the ones before have left.
    smallest_mass : float
        Share of all runs that a box must at least hold.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, one row a limited input of each box. ``coverage`` is the
        share of all runs of interest that the box holds, ``density`` the share of its
        runs that are of interest; ``p_low`` and ``p_high`` are quasi-p-values of the
        limits, empty where there is none, and ``is_restricting`` says that one is below
        0.05. A box without limits, or below the density, says so in ``note``.

    Raises
    ------
    AnalysisError
        The extra ``search`` is not installed, or there is nothing to discover.
    """
    prim = _prim()
    wanted = np.asarray(is_of_interest)
    _check(inputs, wanted, density)
    table = _columns_by_kind(inputs)
    rows: list[dict[str, Any]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The threshold only decides when ema-workbench discards a box; choosing is done here.
        # LENIENT2 is eq. 14.6 of Friedman & Fisher: the gain for each run lost, times the
        # runs kept. It does not prefer categories, whose peels are large.
        search = prim.Prim(
            table, wanted.astype(int), threshold=1e-9, mass_min=smallest_mass,
            obj_function=prim.PRIMObjectiveFunctions.LENIENT2,
        )  # fmt: skip
        for number in range(1, boxes + 1):
            box = search.find_box()
            if box is None:
                break
            at = _chosen(box.peeling_trajectory, density)
            box.select(at)
            rows += _rows(number, box, at, search, density, len(table))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _prim() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ema_workbench.analysis import prim
    except ImportError as error:
        raise AnalysisError(
            "scenario discovery needs ema-workbench", why="it is not installed",
            mend="pip install 'desist[search]'",
        ) from error  # fmt: skip
    return prim


def _check(inputs: pd.DataFrame, wanted: np.ndarray, density: float) -> None:
    if not 0.0 < density <= 1.0:
        raise AnalysisError(f"a density of {density} is no share", mend="use 0.8 for 80 %")
    if len(inputs) != len(wanted) or wanted.ndim != 1:
        raise AnalysisError(f"{len(wanted)} results for {len(inputs)} runs")
    if len(inputs) < FEWEST_RUNS:
        raise AnalysisError(f"{len(inputs)} runs are too few to discover a region",
                            mend=f"use {FEWEST_RUNS} or more")  # fmt: skip
    if inputs.isna().any(axis=None):
        raise AnalysisError("an input has no value in some run")
    if not set(np.unique(wanted).tolist()) <= {0, 1}:
        raise AnalysisError("whether a run is of interest is neither true nor false")
    if wanted.all() or not wanted.any():
        which = "every run" if wanted.all() else "no run"
        raise AnalysisError(f"{which} is of interest", why="there is no region to discover")


def _columns_by_kind(inputs: pd.DataFrame) -> pd.DataFrame:
    """Copy numbers as float64 and everything else as text: the kinds that PRIM tells apart."""
    kinds = {
        name: float
        if pd.api.types.is_numeric_dtype(inputs[name])
        and not pd.api.types.is_bool_dtype(inputs[name])
        else str
        for name in inputs
    }
    return inputs.astype(kinds).reset_index(drop=True)


def _chosen(trajectory: pd.DataFrame, density: float) -> int:
    """Box with the highest coverage among the dense enough; else the densest."""
    dense, covered = trajectory["density"].to_numpy(float), trajectory["coverage"].to_numpy(float)
    enough = dense >= density
    if not enough.any():
        return int(np.argmax(dense))
    return int(np.lexsort((-dense, -np.where(enough, covered, -1.0)))[0])


def _rows(
    number: int, box: Any, at: int, search: Any, density: float, runs: int
) -> list[dict[str, Any]]:
    stats = box.peeling_trajectory.loc[at]
    whole, limits, p_values = search.box_init, box.box_lims[at], box.qp[at]
    held = round(float(stats["mass"]) * runs)
    shared = {
        "box": number, "coverage": float(stats["coverage"]), "density": float(stats["density"]),
        "mass": float(stats["mass"]), "runs": held,
        "note": "" if stats["density"] >= density else _("no box reaches the density asked for"),
    }  # fmt: skip
    rows = []
    for name, (p_low, p_high) in p_values.items():
        p = [one if one >= 0 else np.nan for one in (float(p_low), float(p_high))]
        row = {**shared, "input": name, "p_low": p[0], "p_high": p[1],
               "is_restricting": bool(np.nanmin(p) < RESTRICTING_P)}  # fmt: skip
        allowed = limits[name].iloc[0]
        if isinstance(allowed, (set, frozenset)):
            row |= {"low": np.nan, "high": np.nan, "values": ", ".join(sorted(allowed))}
        else:
            low, high = (float(one) for one in limits[name])
            first, last = (float(one) for one in whole[name])
            row |= {"low": low if low > first else np.nan,
                    "high": high if high < last else np.nan, "values": ""}  # fmt: skip
        rows.append(row)
    if not rows:
        rows.append({**shared, "input": "", "low": np.nan, "high": np.nan, "values": "",
                     "p_low": np.nan, "p_high": np.nan, "is_restricting": False,
                     "note": _("no input restricts the box")})  # fmt: skip
    return sorted(rows, key=lambda row: (not row["is_restricting"], str(row["input"])))
