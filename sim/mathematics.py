"""Exponential and logarithm from arithmetic alone.

Rules run compiled over columns and uncompiled on one person, and must give the same bits. These
functions use only IEEE additions, multiplications, divisions and square roots, in a fixed order,
so Python, LLVM scalar code and LLVM vector code agree exactly; a libm call would also stop the
compiler from vectorising the loop.
"""

from __future__ import annotations

from math import sqrt


def exp(x: float) -> float:
    """Exponential; relative error below 5e-8 for |x| <= 10 and 5e-6 for |x| <= 20.

    >>> abs(exp(1.0) / 2.718281828459045 - 1) < 1e-9
    True
    """
    r = x * 0.015625
    y = 1.0 + r * (
        1.0
        + r
        * (
            0.5
            + r
            * (
                0.16666666666666666
                + r * (0.041666666666666664 + r * (0.008333333333333333 + r * 0.001388888888888889))
            )
        )
    )
    y = y * y
    y = y * y
    y = y * y
    y = y * y
    y = y * y
    return y * y


def log(x: float) -> float:
    """Natural logarithm of ``x`` in [1e-4, 1e4], relative error below 3e-7.

    >>> abs(log(10.0) - 2.302585092994046) < 1e-7
    True
    """
    root = sqrt(sqrt(sqrt(sqrt(x))))
    z = (root - 1.0) / (root + 1.0)
    z2 = z * z
    series = 1.0 + z2 * (
        0.3333333333333333 + z2 * (0.2 + z2 * (0.14285714285714285 + z2 * 0.1111111111111111))
    )
    return 32.0 * z * series
