"""Forest plots of policies against the baseline: paired differences, and ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.figures.drawing import Drawing, look
from analysis.figures.strips import Mark, Strip, Words, drawn
from analysis.glossary import policy_title
from analysis.language import _
from analysis.leaders import Contrast
from analysis.manifest import Manifest
from analysis.phrases import difference_unit
from analysis.summary import title_with_horizon
from analysis.words import HARD_SPACE, difference, plain, ratio_text


def draw_forest(
    rows: Sequence[Contrast], manifest: Manifest, name: str, title: str, caption: str
) -> list[Drawing]:
    """Draw the differences in their order; rows of one outcome must stand together."""
    texts = [f"{difference(row.difference, row.lo, row.hi)} {difference_unit(row.unit)}"
             for row in rows]  # fmt: skip
    strips = [
        Strip(title_with_horizon(group[0], manifest), _note(group[0], manifest),
              tuple(_difference(row, manifest) for row in group))
        for group in _grouped(rows)
    ]  # fmt: skip
    words = Words(name, title, caption, _description(rows, manifest, texts))
    return drawn(strips, words, contrast_rows(rows), _("difference (interval)"))


def draw_ratios(
    rows: Sequence[Contrast], manifest: Manifest, name: str, title: str, caption: str
) -> list[Drawing]:
    """Draw the ratios of policy to baseline, all on one logarithmic scale."""
    strips = [
        Strip(title_with_horizon(group[0], manifest), "",
              tuple(_ratio(row, manifest) for row in group), "ratio")
        for group in _grouped(rows)
    ]  # fmt: skip
    texts = [ratio_text(row.ratio, row.ratio_lo, row.ratio_hi) for row in rows]
    words = Words(name, title, caption, _description(rows, manifest, texts))
    return drawn(strips, words, contrast_rows(rows, RATIOS), _("ratio (interval)"), is_ratio=True)


def _grouped(rows: Sequence[Contrast]) -> list[list[Contrast]]:
    groups: dict[tuple[str, str, int], list[Contrast]] = {}
    for row in rows:
        groups.setdefault((row.outcome, row.definition, row.horizon_months), []).append(row)
    return list(groups.values())


def _note(row: Contrast, manifest: Manifest) -> str:
    """Say the unit, and the level the differences start from."""
    share = f"{HARD_SPACE}%" if row.unit == "%" else ""
    return _("{unit}; {baseline}: {value}").format(
        unit=difference_unit(row.unit), baseline=policy_title(manifest, manifest.study.baseline),
        value=plain(row.baseline) + share,
    )  # fmt: skip


def _difference(row: Contrast, manifest: Manifest) -> Mark:
    text = difference(row.difference, row.lo, row.hi)
    return Mark(
        policy_title(manifest, row.policy), look(manifest.study.order(row.policy)),
        row.difference, row.lo, row.hi,
        _("0 (exactly the same)") if row.verdict == "same" else text, row.is_clear,
    )  # fmt: skip


def _ratio(row: Contrast, manifest: Manifest) -> Mark:
    text = ratio_text(row.ratio, row.ratio_lo, row.ratio_hi)
    return Mark(
        policy_title(manifest, row.policy), look(manifest.study.order(row.policy)),
        row.ratio, row.ratio_lo, row.ratio_hi,
        _("1 (exactly the same)") if row.verdict == "same" else text,
        math.isfinite(row.ratio_lo) and not row.ratio_lo <= 1 <= row.ratio_hi,
    )  # fmt: skip


def _description(rows: Sequence[Contrast], manifest: Manifest, texts: Sequence[str]) -> str:
    return " ".join(
        _("{outcome}, {policy}: {text}.").format(
            outcome=title_with_horizon(row, manifest), policy=policy_title(manifest, row.policy),
            text=text or _("no value"),
        )
        for row, text in zip(rows, texts, strict=True)
    )  # fmt: skip


DIFFERENCES = ("baseline", "value", "difference", "lo", "hi")
RATIOS = ("baseline", "value", "ratio", "ratio_lo", "ratio_hi")


def contrast_rows(rows: Sequence[Contrast], measures: Sequence[str] = DIFFERENCES) -> pd.DataFrame:
    """What a figure of contrasts shows, as the table that lies beside it."""
    columns = ["jurisdiction", "policy", "outcome", "definition", "horizon_months", "unit",
               *measures, "replications", "note"]  # fmt: skip
    return pd.DataFrame(
        [[getattr(row, column) for column in columns] for row in rows], columns=columns
    )
