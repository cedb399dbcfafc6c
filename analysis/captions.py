"""What stands under every figure: statistic, place, period, n and source."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.glossary import place_title, policy_title
from analysis.language import _
from analysis.leaders import Contrast
from analysis.manifest import Manifest
from analysis.words import level, number


def caption(manifest: Manifest, jurisdiction: str, statistic: str, n: str, **words: str) -> str:
    """Put a caption together.

    Parameters
    ----------
    statistic : str
        What is shown, as a sentence with {baseline} and {level} where they belong, and
        {words} of the caller's.
    n : str
        What it rests on, in words with its number.
    """
    study = manifest.study
    told = statistic.format(
        baseline=policy_title(manifest, study.baseline), level=level(study.confidence), **words
    )
    return _("{statistic} {place}; {period}; n = {n}. {source}").format(
        statistic=told, place=place_title(manifest, jurisdiction), period=period_line(manifest),
        n=n, source=source_line(manifest),
    )  # fmt: skip


def source_line(manifest: Manifest) -> str:
    """Name the run a figure comes from."""
    study = manifest.study
    line = _("Source: simulation with desist {version}, study {study}, {n} replications of "
             "{persons} people").format(
        version=manifest.versions.get("desist", ""), study=study.name or study.title,
        n=number(study.replications, 0), persons=number(study.persons, 0),
    )  # fmt: skip
    if study.draws:
        line += ", " + _("{n} draws from the evidence").format(n=number(study.draws, 0))
    return line + (f", {_('seed')} {study.seed}." if study.seed is not None else ".")


def period_line(manifest: Manifest) -> str:
    """Name the months that are counted."""
    study = manifest.study
    return _("{months} months from the start of the policies (months {first} to {last} of the run)"
             ).format(months=study.months - study.start, first=study.start,
                      last=study.months - 1)  # fmt: skip


def pairs_text(rows: Sequence[Contrast]) -> str:
    """Number of paired replications, or the range of it, in words."""
    fewest, most = min(row.replications for row in rows), max(row.replications for row in rows)
    n = number(fewest, 0) if fewest == most else f"{number(fewest, 0)}–{number(most, 0)}"
    return _("{n} paired replications").format(n=n)


def replications_text(count: float) -> str:
    """Number of replications in words."""
    return _("{n} replications").format(n=number(count, 0))
