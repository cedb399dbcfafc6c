"""Spline regression whose flexibility the data choose, down to «no influence at all»."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import BSpline

from analysis.intervals import Floats

# Columns of the basis beside the constant: none, a line, a cubic, and cubics with knots.
FLEXIBILITY = (0, 1, 3, 4, 6)
DRAWS_PER_COLUMN = 4
"""Fewest draws for each column of a basis; wider ones are not tried."""


def best_basis(responses: Floats, inputs: Floats) -> tuple[Floats, int]:
    """Additive cubic splines with the smallest BIC, the same for every response.

    Parameters
    ----------
    responses : array, shape (draws, responses)
    inputs : array, shape (draws, parameters)
        Every column varies.

    Returns
    -------
    (array, int)
        The basis with its constant, shape (draws, columns), and the columns that each
        parameter has in it.
    """
    n, count = responses.shape
    best: tuple[float, Floats, int] | None = None
    for columns in FLEXIBILITY:
        parts = [spline_basis(one, columns) for one in inputs.T]
        basis = np.column_stack([np.ones(n), *parts])
        if basis.shape[1] > n // DRAWS_PER_COLUMN:
            continue
        coefficients, _residuals, rank, _singular = np.linalg.lstsq(basis, responses, rcond=None)
        if rank < basis.shape[1]:
            continue
        squares = ((responses - basis @ coefficients) ** 2).sum(axis=0)
        # Residuals of a perfect fit are rounding: floor them at that.
        floor = 1e-20 * np.maximum((responses**2).sum(axis=0), 1e-300)
        score = (
            n * np.log(np.maximum(squares, floor) / n).sum() + np.log(n) * count * (basis.shape[1])
        )
        if best is None or score < best[0]:
            best = (float(score), basis, columns)
    if best is None:
        return np.ones((n, 1)), 0
    return best[1], best[2]


def spline_basis(values: Floats, columns: int) -> Floats:
    """Spline basis without its constant, shape (draws, columns), centred."""
    if columns == 0:
        return np.empty((len(values), 0))
    scaled = (values - values.min()) / np.ptp(values)
    if columns <= 3:
        basis = np.vander(2 * scaled - 1, columns + 1, increasing=True)[:, 1:]
    else:
        inner = np.quantile(scaled, np.linspace(0, 1, columns - 1)[1:-1])
        knots = np.concatenate([np.zeros(4), inner, np.ones(4)])
        try:
            basis = BSpline.design_matrix(scaled, knots, 3).toarray()[:, 1:]
        except ValueError:  # many equal values: knots on top of each other
            basis = np.zeros((len(values), columns))
    return np.asarray(basis - basis.mean(axis=0), dtype=float)
