"""For the decision: who is never the best choice, and what one would regret at stated weights."""

from __future__ import annotations

import pandas as pd

from analysis.chapters.cost_effect import cost_effect_blocks
from analysis.costs import HARM, TOTAL, agency_title
from analysis.glossary import policy_title
from analysis.language import _
from analysis.material import Material, records
from analysis.measures import outcome_title
from analysis.net_benefit import net_benefit
from analysis.pareto import OBJECTIVES, pareto_table
from analysis.present_values import present_values
from analysis.robustness import robustness_table
from analysis.section import Block, Table
from analysis.words import joined, percent_text, plain


def decision_blocks(material: Material, place: str) -> list[Block]:
    """Cost-effectiveness, Pareto front, and net benefit at weights of the user's."""
    return [*cost_effect_blocks(material, place), _pareto(material, place),
            _net_benefit(material, place)]  # fmt: skip


def _pareto(material: Material, place: str) -> Block:
    """Tabulate the policies no other is better than in every respect."""
    manifest, study = material.manifest, material.study
    stored = [one for one in OBJECTIVES if not material.outcome(one, place).empty]
    if len(stored) < 2 or len(study.policies) < 3:
        return Block()
    outcomes = material.store.outcomes
    here = outcomes[(outcomes["jurisdiction"] == place) & outcomes["outcome"].isin(stored)]
    table = pareto_table(here, {one: OBJECTIVES[one] for one in stored}, seed=study.seed or 0)
    rows = {str(row["policy"]): row for row in records(table)}
    lines, front = [], []
    for policy in sorted(rows, key=study.order):
        row = rows[policy]
        on_front = bool(row["is_on_front"])
        if on_front:
            front.append(policy_title(manifest, policy))
        by = [policy_title(manifest, one) for one in str(row["dominated_by"] or "").split("; ")
              if one and one in rows]  # fmt: skip
        lines.append((
            policy_title(manifest, policy), _("yes") if on_front else _("no"), joined(by),
            percent_text(float(row["share_on_front"])),
            *(plain(float(row[one])) for one in stored),
        ))  # fmt: skip
    columns = (_("Policy"), _("On the front"), _("Dominated by"), _("How often on the front"),
               *(outcome_title(manifest, one) for one in stored))  # fmt: skip
    note = _("Less is taken to be better in each of these outcomes. How often: over replications "
             "drawn again with replacement.")  # fmt: skip
    numeric = tuple(range(3, len(columns)))
    sentence = _("No other policy is at least as good in every one of these respects as {names}."
                 ).format(names=joined(front))  # fmt: skip
    pareto = Table("pareto", _("Pareto front"), columns, tuple(lines), numeric, note)
    return Block(_("Trade-offs"), (sentence,) if front else (), tables=(pareto,))


def worth_of_worlds(material: Material) -> pd.DataFrame | None:
    """Net benefit of every world at the weights of the study; None without weights."""
    weights = material.study.weights
    if not weights:
        return None
    series = [name for name in weights if name in material.series or name in (TOTAL, HARM)]
    rate = material.study.discount_rate or 0.0
    parts = []
    if series and material.series.empty:
        return None
    if series:
        parts.append(present_values(material.series, material.study.start, rate))
    others = [material.outcome(name) for name in weights if name not in series]
    keys = ["jurisdiction", "policy", "draw", "replication", "metric", "value"]
    parts += [one.assign(metric=one["outcome"].astype(str))[keys] for one in others if len(one)]
    if not parts:
        return None
    values = pd.concat([part[keys] for part in parts], ignore_index=True)
    return net_benefit(values[values["metric"].isin(list(weights))], weights)


def _net_benefit(material: Material, place: str) -> Block:
    """Tabulate regret and robustness of the choice at the weights of the study."""
    worth = worth_of_worlds(material)
    if worth is None:
        return Block()
    manifest, study = material.manifest, material.study
    here = worth[worth["jurisdiction"] == place]
    table = robustness_table(here, seed=study.seed or 0)
    lines = tuple(
        (policy_title(manifest, str(row["policy"])), plain(float(row["mean_regret"])),
         plain(float(row["largest_regret"])), percent_text(float(row["share_best"])),
         percent_text(float(row["share_minimax"])))
        for row in records(table)
    )  # fmt: skip
    columns = (_("Policy"), _("Mean regret"), _("Largest regret"), _("Best in"),
               _("How often least regret"))  # fmt: skip
    weights = _("; ").join(f"{_quantity(material, name)} × {plain(one)}"
                        for name, one in study.weights.items())  # fmt: skip
    sentence = _("Weights of this study, the user's own: {weights}. Regret is the net benefit "
                 "given up against the best policy of each parameter draw.")  # fmt: skip
    regret = Table("regret", _("Regret and robustness"), columns, lines, (1, 2, 3, 4))
    return Block(_("Regret at the stated weights"), (sentence.format(weights=weights),),
                 tables=(regret,))  # fmt: skip


def _quantity(material: Material, name: str) -> str:
    """Title of what a weight is for: an account of money, or an outcome."""
    if name in (TOTAL, HARM) or name.startswith("cost_"):
        return agency_title(name)
    return outcome_title(material.manifest, name)
