"""What better evidence would be worth for the decision at hand.

A decision takes the policy with the highest expected net benefit. Knowing a parameter
before deciding is worth the expected gain from being able to choose differently: the
expected value of partial perfect information, by regression of the simulated net benefits
on the parameter (Strong, Oakley & Brennan 2014, Medical Decision Making 34:311-26). Chance
between seeds is noise around that regression, so it needs no inner loop.

The regression is a cubic spline whose flexibility, down to «no influence at all», is
chosen by BIC; its standard error comes from the distribution of the fitted coefficients,
as in the paper. Knowing everything at once (EVPI) needs no regression, but the play of
chance has to be taken out first: :mod:`analysis.expected_values`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.expected_values import expected_by_draw
from analysis.intervals import Floats
from analysis.language import _
from analysis.net_benefit import weights_of
from analysis.splines import DRAWS_PER_COLUMN, best_basis
from analysis.tables import WORLD, as_text, nearest, require

FEWEST_DRAWS = 20
SIMULATIONS = 400
PARAMETER_COLUMNS = (
    "jurisdiction", "rule", "parameter", "rank", "value", "se", "share_of_perfect",
    "flexibility", "draws", "weights", "note",
)  # fmt: skip
PERFECT_COLUMNS = (
    "jurisdiction", "chosen", "net_benefit", "value", "share_chosen_is_best", "draws",
    "replications", "weights", "note",
)  # fmt: skip


def perfect_information(net_benefit: pd.DataFrame) -> pd.DataFrame:
    """Value of knowing every parameter before deciding.

    Parameters
    ----------
    net_benefit : DataFrame
        jurisdiction, policy, draw, replication, value; draw 0 (central values) is left out.

    Returns
    -------
    DataFrame
        Columns :data:`PERFECT_COLUMNS`, one row a jurisdiction: the policy chosen on
        present evidence with its net benefit, the value of perfect information in the
        same unit (an upper limit to what any research is worth), and in which share of
        the draws the chosen policy is the best.
    """
    rows = []
    weights = weights_of(net_benefit)
    for place, (cube, names, _draws, note) in _by_place(net_benefit).items():
        expected = expected_by_draw(cube)
        centre = expected.mean(axis=0) if len(expected) else np.full(len(names), np.nan)
        if len(expected) < 2:
            rows.append((place, "", np.nan, np.nan, np.nan, *cube.shape[:2],
                         weights, note or _("fewer than two parameter draws")))  # fmt: skip
            continue
        chosen = int(np.argmax(centre))
        worth = float(expected.max(axis=1).mean() - centre[chosen])
        share = float(np.mean(expected[:, chosen] >= expected.max(axis=1)))
        rows.append(
            (place, names[chosen], float(centre[chosen]), max(worth, 0.0), share,
             *cube.shape[:2], weights, note)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(PERFECT_COLUMNS))


def parameter_information(
    net_benefit: pd.DataFrame,
    draws: pd.DataFrame,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Value of knowing one parameter, or one group of them, before deciding.

    Parameters
    ----------
    net_benefit : DataFrame
        jurisdiction, policy, draw, replication, value.
    draws : DataFrame
        draw, rule, parameter, value, as stored in ``draws.parquet``.
    groups : mapping, optional
        Name -> parameters as "rule.parameter", to be known together (an additive
        regression); by default each parameter by itself. What is correlated over the draws,
        such as the fit of a place, belongs into one group: by itself each of them would take
        the credit for all that move with it.
    seed : int
        Of the simulation behind the standard errors.

    Returns
    -------
    DataFrame
        Columns :data:`PARAMETER_COLUMNS`, best first in each jurisdiction. ``value`` is in
        the unit of the net benefit, ``se`` its standard error, ``share_of_perfect`` its
        share of the value of perfect information, ``flexibility`` the columns of the
        chosen spline (0: no influence found).
    """
    require(draws, ("draw", "rule", "parameter", "value"), "the draws")
    wide, names_of = _wide_draws(draws)
    chosen = {name: [name] for name in names_of} if groups is None else groups
    for members in chosen.values():
        for name in members:
            if name not in wide:
                raise AnalysisError(
                    f"no parameter '{name}' in the draws", mend=nearest(name, names_of)
                )
    perfect = perfect_information(net_benefit).set_index("jurisdiction")["value"]
    rows = []
    weights = weights_of(net_benefit)
    for place, (cube, _names, kept, note) in _by_place(net_benefit).items():
        gains = _gains(cube)
        usable = np.isin(kept, wide.index.to_numpy())
        table = wide.reindex(kept[usable])
        for name, members in chosen.items():
            rule, parameter = names_of.get(name, ("", name))
            inputs = table[list(members)].to_numpy(float)
            worth, se, flexibility, said = _regression_value(gains[usable], inputs, seed)
            ceiling = float(perfect[place])
            share = worth / ceiling if ceiling > 0 else np.nan
            said = "; ".join(part for part in (note, said) if part)
            if not ceiling > 0 and not said:
                said = _("no decision would change: perfect information is worth nothing")
            rows.append((place, rule, parameter, 0, worth, se, share, flexibility,
                         int(usable.sum()), weights, said))  # fmt: skip
    table = pd.DataFrame(rows, columns=list(PARAMETER_COLUMNS))
    table = table.sort_values(
        ["jurisdiction", "value", "rule", "parameter"], ascending=[True, False, True, True],
        ignore_index=True,
    )  # fmt: skip
    table["rank"] = table.groupby("jurisdiction").cumcount() + 1
    return table


def _by_place(
    net_benefit: pd.DataFrame,
) -> dict[str, tuple[Floats, list[str], Floats, str]]:
    """Complete net benefits, shape (draws, replications, policies), and what was left out."""
    require(net_benefit, (*WORLD, "value"), "the net benefits")
    rows = as_text(net_benefit, ("jurisdiction", "policy"))
    found = {}
    for place, part in rows[rows["draw"] > 0].groupby("jurisdiction", sort=True):
        cube, names, kept, note = net_benefit_cube(part)
        found[str(place)] = (cube, names, kept, note)
    for place in sorted(set(rows["jurisdiction"]) - set(found)):
        names = sorted(rows.loc[rows["jurisdiction"] == place, "policy"].unique())
        found[place] = (np.empty((0, 0, len(names))), names, np.empty(0),
                        _("no parameter draws: the value of evidence is not known"))  # fmt: skip
    return found


def net_benefit_cube(part: pd.DataFrame) -> tuple[Floats, list[str], Floats, str]:
    """Arrange one place's values by draw, replication and policy, complete.

    A replication that some draw or policy lacks is left out; a draw that lacks them all
    is left out first.
    """
    wide = part.pivot(index="draw", columns=["replication", "policy"], values="value")
    wide = wide.sort_index().dropna(how="all")
    names = sorted(part["policy"].unique())
    columns = pd.MultiIndex.from_product([sorted(part["replication"].unique()), names])
    cube = wide.reindex(columns=columns).to_numpy(float).reshape(len(wide), -1, len(names))
    whole = np.isfinite(cube).all(axis=(0, 2))
    lost = int((~whole).sum())
    note = _("{n} replications left out: not complete").format(n=lost) if lost else ""
    return cube[:, whole], names, wide.index.to_numpy(), note


def _wide_draws(draws: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """Parameters as columns "rule.parameter", draws as rows."""
    rows = as_text(draws, ("rule", "parameter"))
    rows = rows.assign(name=rows["rule"] + "." + rows["parameter"])
    if rows.duplicated(["draw", "name"]).any():
        raise AnalysisError("a parameter is drawn twice in one draw")
    names = rows.drop_duplicates("name").set_index("name")[["rule", "parameter"]]
    wide = rows.pivot(index="draw", columns="name", values="value")
    return wide, {str(name): (str(a), str(b)) for name, a, b in names.itertuples()}


def _gains(cube: Floats) -> Floats:
    """Mean gain of each policy over the one chosen on present evidence, per draw."""
    if cube.size == 0:
        return np.empty((cube.shape[0], 0))
    means = cube.mean(axis=1)
    chosen = int(np.argmax(means.mean(axis=0)))
    return np.asarray(np.delete(means - means[:, [chosen]], chosen, axis=1), dtype=float)


def _regression_value(gains: Floats, inputs: Floats, seed: int) -> tuple[float, float, int, str]:
    """Value, standard error, flexibility and note of one (group of) parameter(s)."""
    nan = float("nan")
    if len(gains) < FEWEST_DRAWS or gains.shape[1] == 0:
        said = (
            _("one policy: nothing to decide") if len(gains) and gains.shape[1] == 0
            else _("fewer than {n} parameter draws: too few to regress on").format(n=FEWEST_DRAWS)
        )  # fmt: skip
        return nan, nan, 0, said
    varies = np.ptp(inputs, axis=0) > 0
    needed = DRAWS_PER_COLUMN * (1 + int(varies.sum()))
    if len(gains) < needed and varies.sum() > 1:
        return (
            nan,
            nan,
            0,
            _("fewer than {n} parameter draws: too few to regress on").format(n=needed),
        )
    if not np.isfinite(inputs).all():
        return nan, nan, 0, _("not drawn in every draw")
    if not varies.any():
        return 0.0, 0.0, 0, _("does not vary between the draws")
    basis, flexibility = best_basis(gains, inputs[:, varies])
    orthonormal, _triangle = np.linalg.qr(basis)
    fitted = orthonormal @ (orthonormal.T @ gains)
    residual = gains - fitted
    covariance = residual.T @ residual / max(len(gains) - basis.shape[1], 1)
    rng = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(covariance)
    factor = vectors * np.sqrt(np.maximum(values, 0.0))  # a policy like the chosen one has none
    noise = rng.normal(size=(SIMULATIONS, basis.shape[1], gains.shape[1])) @ factor.T
    simulated = fitted + np.einsum("dp,spk->sdk", orthonormal, noise)
    if flexibility == 0:
        return 0.0, 0.0, 0, _("no influence on the decision found")
    return _worth(fitted), float(_worth_of(simulated).std(ddof=1)), flexibility, ""


def _worth(fitted: Floats) -> float:
    return float(_worth_of(fitted[None])[0])


def _worth_of(fitted: Floats) -> Floats:
    """Gain from choosing after the parameter is known; shape (simulations,)."""
    known = np.maximum(fitted.max(axis=2), 0.0).mean(axis=1)
    unknown = np.maximum(fitted.mean(axis=1).max(axis=1), 0.0)
    return np.asarray(known - unknown, dtype=float)
