"""The one error of the analysis: a single line for the person who meets it."""

from __future__ import annotations


class AnalysisError(Exception):
    """Something stored cannot be analysed.

    The text is one line: what is wrong, where, why, and the mend, punctuated like the
    model's own errors (which cannot be imported here).

    Examples
    --------
    >>> print(AnalysisError("no manifest", "out/a", "the folder is empty", "run desist compare"))
    no manifest (out/a): the folder is empty; run desist compare.
    """

    def __init__(
        self,
        what: str,
        where: object | None = None,
        why: str | None = None,
        mend: str | None = None,
    ) -> None:
        self.what, self.where, self.why, self.mend = what, where, why, mend
        line = what if where is None else f"{what} ({where})"
        line = f"{line}: {why}" if why else line
        line = f"{line}; {mend}" if mend else line
        super().__init__(" ".join(line.rstrip(".").split()) + ".")

    def __reduce__(self) -> tuple[type[AnalysisError], tuple[object, ...]]:
        # A worker's error is pickled, which would pass the finished line as ``what``.
        return type(self), (self.what, self.where, self.why, self.mend)
