"""The Lomax distribution for lifelines: an exponential time with gamma-distributed frailty."""

from __future__ import annotations

from typing import Any

from autograd import numpy as anp  # type: ignore[import-untyped]
from lifelines.fitters import ParametricUnivariateFitter


class LomaxFitter(ParametricUnivariateFitter):  # type: ignore[misc]
    """Survival ``(1 + t / scale) ** -shape``; hazard ``shape / (scale + t)``.

    Frailty with mean 1 and shape ``k`` on a hazard ``r`` gives ``k`` and ``scale = k / r``.
    """

    _fitted_parameter_names = ("shape_", "scale_")
    _bounds = ((0.01, 1000.0), (0.01, None))

    def _create_initial_point(self, *arguments: Any) -> Any:
        return anp.array([1.0, 365.0])

    def _cumulative_hazard(self, params: Any, times: Any) -> Any:
        shape, scale = params
        return shape * anp.log(1.0 + times / scale)
