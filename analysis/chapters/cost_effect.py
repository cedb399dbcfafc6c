"""What a gain costs: the cost-effectiveness plane, the acceptability curve, the frontier."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.acceptability import acceptability
from analysis.captions import caption, replications_text
from analysis.cost_effectiveness import (
    DOMINANT,
    DOMINATED,
    LESS_LESS,
    MORE_MORE,
    efficiency_frontier,
    plane_points,
    plane_table,
)
from analysis.figures.labels import round_above
from analysis.figures.plane import draw_acceptability, draw_plane
from analysis.figures.strips import Words
from analysis.glossary import policy_title
from analysis.language import _
from analysis.material import Material, records
from analysis.measures import outcome_title
from analysis.section import Block, Table
from analysis.words import capital, joined, number, plain

COST = "public_cost_per_person_year"
# The gain of the plane: the first that the run has stored, in events averted.
GAINS = ("offences_per_1000", "victims_per_1000")
STEPS = 40  # thresholds of the acceptability curve


def cost_effect_blocks(material: Material, place: str) -> list[Block]:
    """Plane, acceptability and frontier of public cost against offences averted."""
    study, manifest = material.study, material.manifest
    cost = material.outcome(COST, place)
    name = next((one for one in GAINS if not material.outcome(one, place).empty), None)
    if cost.empty or name is None or len(study.policies) < 2:
        return []
    # Both per 1,000 people a year: their quotient is money for one event averted.
    cost = cost.assign(value=1000 * cost["value"])
    effect = material.outcome(name, place)
    points = plane_points(cost, effect, study.baseline)
    means = plane_table(points, study.confidence)
    if means["gain"].notna().sum() == 0:
        return []
    gain = outcome_title(manifest, name).lower()
    currency = manifest.currency(place)
    titles = (
        _("{outcome} averted per 1,000 people a year").format(outcome=capital(gain)),
        _("extra public cost, {currency} per 1,000 people a year").format(currency=currency),
    )
    statistic = _("Each point is one simulated world: extra public cost and {outcome} averted "
                  "against {baseline}, paired by replication; large marks are means with {level} "
                  "intervals in both directions.")  # fmt: skip
    count = replications_text(float(means["replications"].max()))
    text = caption(manifest, place, statistic, count, outcome=gain)
    title = _("What {outcome} averted cost: {says}").format(
        outcome=gain, says=_quadrants(means, material))  # fmt: skip
    plane = draw_plane(points, means, manifest, Words(f"{place}-plane", title, text, ""), titles)
    ordered = sorted(records(means), key=lambda row: study.order(str(row["policy"])))
    sentences = tuple(_price(row, gain, currency, material) for row in ordered)
    blocks = [Block(_("Cost and effect"), sentences, (plane,))]
    curve = _acceptability(material, place, cost, effect, means, (gain, currency))
    return [*blocks, curve, _frontier(material, points, (gain, currency))]


def _quadrants(means: pd.DataFrame, material: Material) -> str:
    """Count the policies by what their means do."""
    names = {
        DOMINANT: _("saving money"), MORE_MORE: _("costing more"),
        LESS_LESS: _("losses that save money"), DOMINATED: _("losses that cost more"),
    }  # fmt: skip
    clear = np.array([_is_clear(row) for row in records(means)], dtype=bool)
    says = []
    for quadrant, words in names.items():
        rows = means.loc[(means["quadrant"] == quadrant) & clear, "policy"]
        if len(rows):
            ordered = sorted(map(str, rows), key=material.study.order)
            names_ = joined([policy_title(material.manifest, one) for one in ordered])
            says.append(_("{words} under {policies}").format(words=words, policies=names_))
    return _("; ").join(says) if says else _("no policy clearly differs in both respects")


def _is_clear(row: Mapping[str, Any]) -> bool:
    """Whether both intervals exclude 0."""
    ends = [float(row[name]) for name in ("cost_lo", "cost_hi", "gain_lo", "gain_hi")]
    return all(map(math.isfinite, ends)) and ends[0] * ends[1] > 0 and ends[2] * ends[3] > 0


def _price(row: Mapping[str, Any], gain: str, currency: str, material: Material) -> str:
    """Tell the price of one event averted, only where cost and gain are both clear."""
    ends = [float(row[name]) for name in ("cost_lo", "cost_hi", "gain_lo", "gain_hi")]
    cost, gained = float(row["cost"]), float(row["gain"])
    words = {
        "policy": policy_title(material.manifest, str(row["policy"])),
        "outcome": gain, "currency": currency,
        "cost": number(abs(cost), 0), "gain": plain(round(abs(gained), 1)),
        "price": number(float(row["cost_per_gain"]), 0),
    }  # fmt: skip
    if not all(map(math.isfinite, ends)):
        return _("{policy}: too few replications to weigh cost against {outcome}.").format(**words)
    if cost == 0 and gained == 0:
        return _("{policy}: neither cost nor {outcome} change.").format(**words)
    if not _is_clear(row):
        return _("{policy}: cost or {outcome} are not clearly different from the baseline, so no "
                 "price is given.").format(**words)  # fmt: skip
    quadrant = str(row["quadrant"])
    templates = {
        MORE_MORE: _("{policy}: {gain} {outcome} averted per 1,000 people a year for {cost} "
                     "{currency} more, which is {price} {currency} for each."),
        LESS_LESS: _("{policy}: {cost} {currency} saved per 1,000 people a year with {gain} more "
                     "{outcome}, which is {price} {currency} saved for each."),
        DOMINANT: _("{policy}: {gain} {outcome} averted and {cost} {currency} saved per 1,000 "
                    "people a year."),
        DOMINATED: _("{policy}: {gain} more {outcome} and {cost} {currency} more spent per 1,000 "
                     "people a year."),
    }  # fmt: skip
    return templates[quadrant].format(**words)


def _acceptability(
    material: Material, place: str, cost: pd.DataFrame, effect: pd.DataFrame,
    means: pd.DataFrame, words: tuple[str, str],
) -> Block:  # fmt: skip
    """Draw how probable it is that each policy is the best, over what a gain may be worth."""
    gain, currency = words
    points = plane_points(cost, effect, material.study.baseline)
    # The steps between policies on the frontier are where the choice turns.
    prices = efficiency_frontier(points, material.study.baseline)["cost_per_gain"].to_numpy(float)
    prices = prices[np.isfinite(prices) & (prices > 0)]
    size = float(np.nanmax(np.abs(means["cost"]))) / max(float(np.nanmax(np.abs(means["gain"]))),
                                                        1e-9)  # fmt: skip
    last = round_above(2 * float(prices.max()) if prices.size else max(size, 1e-6))
    table = acceptability(cost, effect, [last * at / STEPS for at in range(STEPS + 1)])
    if table.empty or int(table["worlds"].max()) < 2:
        return Block()
    manifest = material.manifest
    basis = _("share of {n} draws from the evidence") if table["basis"].iloc[0] == "evidence" else (
        _("share of {n} replications, so of chance alone"))  # fmt: skip
    statistic = _("Probability that the policy has the highest net benefit ({basis}), by what one "
                  "of the {outcome} averted is taken to be worth: the reader's choice, none is "
                  "assumed. A broad line marks the highest expected net benefit.")  # fmt: skip
    worlds = number(float(table["worlds"].max()), 0)
    text = caption(manifest, place, statistic, _("{n} worlds").format(n=worlds), outcome=gain,
                   basis=basis.format(n=worlds))  # fmt: skip
    first, final = (_leading(table, at, material) for at in (0.0, last))
    title = _("Highest expected net benefit: {first} at no worth, {final} at {worth} {currency} "
              "for each").format(
        first=first, final=final, worth=number(last, 0), currency=currency)  # fmt: skip
    axis = _("worth of one of the {outcome} averted, {currency}").format(
        outcome=gain, currency=currency)  # fmt: skip
    words_ = Words(f"{place}-acceptability", title, text, "")
    return Block(_("What a gain must be worth"),
                 drawings=(draw_acceptability(table, manifest, words_, axis),))  # fmt: skip


def _leading(table: pd.DataFrame, threshold: float, material: Material) -> str:
    rows = table[np.isclose(table["threshold"], threshold) & table["on_frontier"]]
    names = sorted(map(str, rows["policy"]), key=material.study.order)
    return joined([policy_title(material.manifest, one) for one in names])


def _frontier(material: Material, points: pd.DataFrame, words: tuple[str, str]) -> Block:
    """Tabulate who is on the efficiency frontier."""
    manifest, study = material.manifest, material.study
    table = efficiency_frontier(points, study.baseline)
    if len(table) < 3:
        return Block()
    gain, currency = words
    standing = {
        "on the frontier": _("on the frontier"), "dominated": _("dominated"),
        "extendedly dominated": _("dominated by a mixture"), "not known": _("not known"),
    }  # fmt: skip
    lines = tuple(
        (policy_title(manifest, str(row["policy"])), number(float(row["cost"]), 0, sign=True),
         number(float(row["gain"]), 1, sign=True), standing[str(row["standing"])],
         number(float(row["cost_per_gain"]), 0))
        for row in records(table)
    )  # fmt: skip
    columns = (
        _("Policy"), _("Extra cost"), _("Averted"), _("Standing"),
        _("{currency} for each, from the policy before").format(currency=currency),
    )  # fmt: skip
    note = _("Extra public cost in {currency} and {outcome} averted per 1,000 people a year, in "
             "order of cost. Dominated: another policy averts no fewer and costs no more.").format(
        currency=currency, outcome=gain)  # fmt: skip
    shown = Table("frontier", _("Efficiency frontier"), columns, lines, (1, 2, 4), note)
    return Block("", tables=(shown,))
