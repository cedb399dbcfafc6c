"""Calibration finds planted constants, says what it cannot know, and writes what reads back."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment.calibration.constants import constants_of, with_values
from sim.experiment.calibration.evaluate import Effort, Evaluator
from sim.experiment.calibration.likelihood import likelihood_of
from sim.experiment.calibration.posterior import posterior_of, profile
from sim.experiment.calibration.run import Calibrated
from sim.experiment.calibration.search import search
from sim.experiment.calibration.written import set_scalars, write
from sim.experiment.fit import Fit
from sim.experiment.fit_draws import draws_of_fit
from sim.place import Place
from sim.rules import registry

ROOT = Path(__file__).resolve().parents[2]
FREE = ("offending.arrests_per_year", "hearings.conviction", "desistance.per_year")
EFFORT = Effort(persons=1, months=1, warmup_months=0, replications=1, seed=7)
TRUE = {"offending.arrests_per_year": 0.9, "hearings.conviction": 0.3}


def row(identity, observed, simulated, n=100_000, definition="curve", unit="%"):
    return Fit(identity, definition, "all", unit, observed, simulated, simulated - observed, n,
               "made here", "primary_file")  # fmt: skip


class Toy(Evaluator):
    """A model whose answers are known: a curve of the first two constants; the third does nothing.

    Answers are exact but for rounding and a wiggle that stands for luck.
    """

    def at(self, points):
        found = []
        for point in points:
            rate, share, _ = (c.natural(f) for c, f in zip(self.constants, point, strict=True))
            found.append([
                row(f"t{month}", *self.pair(month, rate, share)) for month in range(1, 25)
            ])  # fmt: skip
        return found

    def pair(self, month, rate, share):
        def curve(r, s):
            return 100.0 * (1.0 - np.exp(-r * month / 12.0)) * (0.2 + s)

        wiggle = 0.05 * np.sin(1e4 * (rate + share) + month)
        return round(curve(*TRUE.values()), 3), round(curve(rate, share) + wiggle, 3)


@pytest.fixture
def toy(make_place):
    place = make_place()
    return Toy(place, constants_of(place, FREE), EFFORT)


@pytest.fixture
def found(toy):
    start = np.array([c.free(c.start) for c in toy.constants])
    likelihood = likelihood_of(toy.at([start])[0], [m / 12 for m in range(1, 25)])
    return search(toy, likelihood, rounds=5), likelihood


def test_the_search_finds_planted_constants(toy, found):
    result, likelihood = found
    for constant, free in zip(toy.constants, result.free, strict=True):
        if constant.path in TRUE:
            assert constant.natural(free) == pytest.approx(TRUE[constant.path], rel=0.05)
    truth = np.array([c.free(TRUE.get(c.path, c.start)) for c in toy.constants])
    prior = ((truth - result.prior_mean) / result.prior_sd) ** 2
    simulated = np.array([r.simulated for r in toy.at([truth])[0]])
    assert result.losses[-1] <= likelihood.misfit(simulated) + prior.sum() < result.losses[0]


class Sparse(Toy):
    """As the toy, but where the rate is low nobody is behind the first target."""

    def at(self, points):
        rates = [self.constants[0].natural(point[0]) for point in points]
        return [rows[rate < 0.7 :] for rows, rate in zip(super().at(points), rates, strict=True)]


def test_points_where_a_target_has_nobody_behind_it_are_passed_over(make_place):
    place = make_place()
    sparse = Sparse(place, constants_of(place, FREE), EFFORT)
    sparse.constants = tuple(replace(c, start=1.2) if c.path == FREE[0] else c
                             for c in sparse.constants)  # fmt: skip
    start = np.array([c.free(c.start) for c in sparse.constants])
    likelihood = likelihood_of(sparse.at([start])[0], [m / 12 for m in range(1, 25)])
    result = search(sparse, likelihood, rounds=5)
    assert sparse.constants[0].natural(result.free[0]) == pytest.approx(0.9, rel=0.05)
    low = np.full_like(start, 0.0)
    low[0] = np.log(0.5)
    assert len(sparse.at([low])[0]) == 23  # such points there are
    posterior = posterior_of(result, likelihood, sparse, draws=64)
    rates = np.exp(posterior.draws[:, 0])
    assert not posterior.weights[rates < 0.7].any() and posterior.weights.sum() == pytest.approx(1)


def test_the_evidence_of_a_parameter_says_how_far_it_may_go(make_place):
    names = ("population.onset_median_years", "gangs.joining", "offending.age_slope", FREE[0])
    onset, joining, slope, rate = constants_of(make_place(), names)
    assert onset.prior_sd == pytest.approx(np.log(23.0 / 17.0) / 2.0)
    assert joining.prior_sd == rate.prior_sd == 0.5  # a range from zero, and a figure
    assert slope.prior_sd == pytest.approx(0.015)


def test_a_constant_that_no_target_informs_keeps_its_prior(toy, found):
    posterior = posterior_of(*found, toy, draws=0)
    by_name = dict(zip(FREE, posterior.shrinkage, strict=True))
    assert by_name["desistance.per_year"] > 0.9
    assert by_name["offending.arrests_per_year"] < 0.5
    assert posterior.uninformed(toy.constants) == ["desistance.per_year"]


def test_the_profile_is_flat_where_nothing_is_known(found):
    result, _ = found
    known = profile(result, FREE.index("offending.arrests_per_year"), np.array([1.0]))[0]
    unknown = profile(result, FREE.index("desistance.per_year"), np.array([1.0]))[0]
    assert known > 4.0 and unknown == pytest.approx(1.0, abs=0.3)


def test_the_posterior_sample_surrounds_the_truth(toy, found):
    posterior = posterior_of(*found, toy, draws=32)
    assert posterior.weights.sum() == pytest.approx(1.0) and posterior.effective > 8
    for i, constant in enumerate(toy.constants):
        if constant.path in TRUE:
            truth = constant.free(TRUE[constant.path])
            distance = abs(posterior.draws[:, i].mean() - truth) / posterior.sd[i]
            assert distance < 3.0, constant.path


@pytest.mark.parametrize("rounds", [5, 0])
def test_studies_can_read_what_was_written(toy, found, tmp_path, rounds):
    result, likelihood = found
    if not rounds:  # a comparison only: no draws may be left of an earlier fit
        result = replace(result, losses=result.losses[:1])
        (tmp_path / "test_place.posterior.csv").write_text("old")
    posterior = posterior_of(result, likelihood, toy, draws=32)
    rows = toy.at([result.free])[0]
    calibrated = Calibrated(toy.place, toy.constants, rows, rows, result, likelihood, posterior)
    text = (ROOT / "scenarios/jurisdiction/us_states.yaml").read_text(encoding="utf-8")
    path = write(calibrated, text, tmp_path, {"seed": 7})
    content = yaml.safe_load(path.read_text())
    fit = draws_of_fit(path, content, Place.from_mapping("test_place", content), registry())
    if not rounds:
        assert fit is None and not (tmp_path / "test_place.posterior.csv").exists()
        return
    assert fit.count == 256 and fit.table.names == FREE
    free = np.array([
        [c.free(value) for c, value in zip(toy.constants, row, strict=True)]
        for row in fit.table.rows
    ])  # fmt: skip
    # Within the errors of 256 draws and of 32 weighted ones; correlated as the targets have it.
    assert np.all(np.abs(np.median(free, axis=0) - result.free) < 0.9 * posterior.sd)
    assert free.std(axis=0) == pytest.approx(posterior.sd, rel=0.45)
    expected = posterior.correlation[0, 1]
    assert abs(expected) > 0.8 and np.corrcoef(free.T)[0, 1] == pytest.approx(expected, abs=0.15)


def test_sixty_points_of_a_curve_do_not_count_as_sixty(make_place):
    many = [row(f"a{i}", 40.0, 42.0) for i in range(60)]
    one = likelihood_of(many[:1], [1.0])
    all_alike = likelihood_of(many, [1.0 + i / 600 for i in range(60)])
    assert all_alike.misfit(np.full(60, 42.0)) < 2.0 * one.misfit(np.array([42.0]))
    apart = [replace(r, definition=f"curve {i}") for i, r in enumerate(many)]
    separate = likelihood_of(apart, [1.0] * 60)
    assert separate.misfit(np.full(60, 42.0)) == pytest.approx(60 * one.misfit(np.array([42.0])))


def test_an_unverified_figure_counts_less():
    sure = likelihood_of([row("a", 40.0, 42.0)], [0.0])
    doubtful = likelihood_of([replace(row("a", 40.0, 42.0), how_known="recalled")], [0.0])
    assert doubtful.misfit(np.array([42.0])) < 0.5 * sure.misfit(np.array([42.0]))


def test_constants_go_into_the_place_and_back(make_place):
    place = make_place()
    constants = constants_of(place, [*FREE, "sentencing.prison.violent"])
    free = np.array([c.free(c.start) for c in constants]) + 0.1
    moved = with_values(place, constants, free)
    again = constants_of(moved, [c.path for c in constants])
    assert [c.free(c.start) for c in again] == pytest.approx(list(free), abs=1e-6)
    assert (
        moved.figures["sentencing"]["prison"].value["drug"]
        == (place.figures["sentencing"]["prison"].value["drug"])
    )


class Checked(Toy):
    """Refuses points of which no place can be made, as a simulation would."""

    def at(self, points):
        for point in points:
            build_rules(with_values(self.place, self.constants, point))
            self.seen.append(self.constants[2].natural(point[2]))
        return super().at(points)


def test_the_search_stays_within_what_units_allow(make_place):
    free = (*FREE[:2], "sentencing.order_pull")
    place = make_place()
    near = with_values(place, constants_of(place, free[2:]), np.array([4.9]))
    toy = Checked(near, constants_of(near, free), EFFORT)
    toy.seen = []
    likelihood = likelihood_of(toy.at([np.array([c.free(c.start) for c in toy.constants])])[0],
                               [m / 12 for m in range(1, 25)])  # fmt: skip
    found = search(toy, likelihood, rounds=2)
    posterior_of(found, likelihood, toy, draws=32)
    assert max(toy.seen) == pytest.approx(5.0, abs=1e-5), "it wanted to go beyond"
    with pytest.raises(DesistError, match="outside -5 to 5"):
        toy.at([found.free + np.array([0.0, 0.0, 1.0])])


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["offending.arrests_per_yaer"], "Did you mean 'offending.arrests_per_year'"),
        (["sentencing.prison"], "is a table"),
        (["custody.remand_in_prison"], "not a number that can be fitted"),
    ],
)
def test_a_constant_that_cannot_be_fitted_is_refused_in_one_line(make_place, names, said):
    with pytest.raises(DesistError, match=said):
        constants_of(make_place(), names)


def test_only_the_numbers_of_a_file_change():
    text = "# Why?\nfigures:\n  a:\n    b: {value: 1.5, source: fitted, note: old}  # keep\n"
    new = set_scalars(text, {("figures", "a", "b", "value"): "2.5",
                             ("figures", "a", "c", "value"): "3",
                             ("figures", "d", "e", "value", "x"): "4"})  # fmt: skip
    content = yaml.safe_load(new)["figures"]
    assert "# Why?" in new and "# keep" in new
    assert content["a"]["b"]["value"] == 2.5 and content["a"]["c"]["value"] == 3
    assert content["d"]["e"]["value"] == {"x": 4}


def test_an_evaluation_is_remembered(tmp_path, make_place, monkeypatch):
    place = make_place().model_copy(update={"fit": ["time_served16_"]})
    constants = constants_of(place, FREE[:1])
    effort = Effort(persons=400, months=12, warmup_months=12, replications=1, seed=1)
    store = tmp_path / "evaluations.jsonl"
    first = Evaluator(place, constants, effort, store)
    point = np.array([constants[0].free(constants[0].start)])
    rows = first.at([point])[0]
    with store.open("a") as file:
        file.write('{"key": "cut of')  # a search that was killed while writing
    again = Evaluator(place, constants, effort, store)
    monkeypatch.setattr("sim.experiment.calibration.evaluate.simulate", None)
    assert rows and again.at([point])[0] == rows
