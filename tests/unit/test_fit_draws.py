"""Draws of a place's fit: read, checked, taken jointly, and part of every cell's key."""

from itertools import pairwise

import numpy as np
import pytest

from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.experiment.calibration.posterior import Posterior, equal_draws
from sim.experiment.calibration.search import Emulator, Found
from sim.experiment.drawn_place import DrawnPlace
from sim.experiment.fit_draws import draws_of_fit
from sim.experiment.plan import make_plan
from sim.experiment.scenario import scenarios_in
from sim.experiment.study import Study
from sim.place import Place
from sim.rules import registry

PLACE = (shipped("scenarios") / "jurisdiction/us_states.yaml").read_text(encoding="utf-8")
HEAD = "draw,offending.arrests_per_year,reentry.first_month,offending.group_ratio.drug\n"
ROWS = [(0.3, 0.9, 1.5), (0.6, 0.8, 1.2), (1.2, 0.7, 0.9)]


def text_of(rows, head=HEAD):
    return head + "".join(f"{i},{','.join(map(str, row))}\n" for i, row in enumerate(rows, 1))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "jurisdiction").mkdir()
    (tmp_path / "jurisdiction/us_states.yaml").write_text(PLACE)
    return tmp_path


@pytest.fixture
def fit_of(folder):
    def read(text):
        (folder / "jurisdiction/us_states.posterior.csv").write_text(text)
        scenario = scenarios_in([folder]).load("jurisdiction", "us_states")
        place = Place.from_mapping("us_states", scenario.content)
        return draws_of_fit(scenario.file.path, scenario.content, place, registry())

    return read


@pytest.fixture
def plan_of(folder):
    def plan(text=None, **changes):
        file = folder / "jurisdiction/us_states.posterior.csv"
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text)
        scenarios = scenarios_in([folder, shipped("scenarios")])
        settings = {
            "jurisdictions": ["us_states"], "policies": ["status_quo", "rehabilitation"],
            "persons": 100, "months": 12, "start": 4, "warmup_months": 2, "replications": 1,
            "seed": 3, "draws": 3, "horizons": [6],
        }  # fmt: skip
        study = Study(**(settings | changes))
        return make_plan(study, scenarios.load("study", "kyoto_core"), scenarios)

    return plan


def keys(plan, draw):
    return [key for _, past, found in plan.keys(0, 1) if past.draw == draw for key in found]


def place_in(plan, draw):
    """The place that the cells of a draw simulate, and their parameters."""
    (batch,) = (batch for batch in plan.batches() if batch.draw == draw)
    return Place.from_mapping("us_states", batch.place), batch.parameters


def numbers(place):
    return (
        place.figures["offending"]["arrests_per_year"].value,
        place.parameters["reentry"]["first_month"].value,
        place.parameters["offending"]["group_ratio"].value["drug"],
    )


def test_cells_simulate_the_rows_of_the_file_jointly_and_in_their_order(plan_of):
    plan = plan_of(text_of(ROWS))
    assert [numbers(place_in(plan, draw)[0]) for draw in (1, 2, 3)] == ROWS
    stated = Place.from_mapping("us_states", plan.places["us_states"].content)
    assert numbers(place_in(plan, 0)[0]) == numbers(stated)
    place, parameters = place_in(plan, 1)
    violent = stated.parameters["offending"]["group_ratio"].value["violent"]
    assert place.parameters["offending"]["group_ratio"].value["violent"] == violent
    # Were they drawn from the evidence as well, that would prevail over the place.
    assert "first_month" not in parameters.get("reentry", {})
    assert "group_ratio" not in parameters["offending"]


def test_without_the_draws_every_draw_has_the_stated_numbers(plan_of, monkeypatch):
    """The planted twin: draws that are read but not applied are what the test above finds."""
    monkeypatch.setattr(DrawnPlace, "content", lambda self, draw: self.scenario.content)
    plan = plan_of(text_of(ROWS))
    assert len({numbers(place_in(plan, draw)[0]) for draw in (0, 1, 2, 3)}) == 1


def test_a_key_depends_on_its_own_draw_and_on_no_other(plan_of):
    without, before = plan_of(), plan_of(text_of(ROWS))
    moved = plan_of(text_of([ROWS[0], (0.61, 0.8, 1.2), ROWS[2]]))
    longer = plan_of(text_of([*ROWS, (0.5, 0.5, 1.0)]))
    assert keys(without, 0) == keys(before, 0) and keys(without, 1) != keys(before, 1)
    assert keys(moved, 1) == keys(before, 1) and keys(moved, 3) == keys(before, 3)
    assert not set(keys(moved, 2)) & set(keys(before, 2))
    assert all(keys(longer, draw) == keys(before, draw) for draw in range(4))
    marks = [plan.contents["fits"] for plan in (without, before, moved, longer)]
    assert all(one != other for one, other in pairwise(marks))


def test_other_parameters_are_drawn_as_without_a_fit(plan_of):
    with_fit, without = (place_in(plan_of(text), 2)[1] for text in (text_of(ROWS), None))
    assert with_fit == without


def test_what_the_study_sets_is_not_drawn(plan_of):
    plan = plan_of(text_of(ROWS), parameters={"reentry": {"first_month": 0.5}})
    assert place_in(plan, 1)[1]["reentry"]["first_month"] == 0.5
    assert plan.draws["us_states"].fitted == (
        "offending.arrests_per_year", "offending.group_ratio.drug",
    )  # fmt: skip
    assert all("first_month" not in drawn.get("reentry", {})
               for drawn in plan.draws["us_states"].everything())  # fmt: skip


def test_past_the_last_row_the_first_comes_again_and_it_is_said(plan_of):
    plan = plan_of(text_of(ROWS), draws=5)
    assert numbers(place_in(plan, 4)[0]) == ROWS[0] and numbers(place_in(plan, 5)[0]) == ROWS[1]
    assert place_in(plan, 4)[1] != place_in(plan, 1)[1]
    assert keys(plan, 4) != keys(plan, 1)
    assert any("has 3 draws: from draw 4 on they come again" in note for note in plan.notes)
    assert not plan_of(text_of(ROWS)).notes


def test_what_stays_at_its_point_estimate_is_named(plan_of):
    place = plan_of(text_of(ROWS)).draws["us_states"]
    assert "desistance.per_year" in place.kept
    assert not {"reentry.first_month", "offending.group_ratio"} & set(place.kept)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (text_of(ROWS, HEAD.replace("per_year", "per_yaer")), "Did you mean 'offending.arrests_"),
        (text_of(ROWS, HEAD.replace(".drug", "")), "no number 'offending.group_ratio' in us_"),
        (text_of(ROWS, HEAD.replace("drug", "drugs")), "Did you mean 'offending.group_ratio.drug'"),
        (text_of([(1,)], "draw,custody.remand_in_prison\n"), "no number 'custody.remand_in_pris"),
        (text_of([ROWS[0], (-0.6, 0.8, 1.2)]), r"arrests_per_year is -0.6, .*csv:3"),
        (text_of([ROWS[0], (0.6, 0.8, -1.2)]), r"group_ratio entry 'drug' is -1.2, .*csv:3"),
        (text_of([(0.3 + i / 1e3, 0.9, 1.1 + i / 1e2) for i in range(40)]), "another fit of the"),
    ],
)
def test_draws_that_do_not_fit_the_place_are_refused(fit_of, text, said):
    with pytest.raises(DesistError, match=said):
        fit_of(text)


def test_draws_on_both_sides_of_a_rounded_estimate_are_taken(fit_of):
    rows = [(0.3 + i / 50, 0.8 + i / 400, 1.0 + i / 100) for i in range(40)]
    fit = fit_of(text_of(rows))
    assert fit.count == 40 and fit.numbers[0] == ("offending", "arrests_per_year")
    low, high = fit.interval("offending.arrests_per_year")
    assert (low, high) == pytest.approx(tuple(np.quantile([r[0] for r in rows], [0.025, 0.975])))


SD = np.array([0.5, 2.0])
CORRELATION = np.array([[1.0, -0.8], [-0.8, 1.0]])


def found_at(mode):
    empty = Emulator(np.zeros(2), np.zeros((5, 3)), 0.0)
    return Found(mode, np.zeros(2), np.ones(2), empty, (2.0, 1.0))


def posterior_with(draws, weights):
    effective = float(1.0 / (weights**2).sum()) if len(weights) else 0.0
    return Posterior(SD, CORRELATION, SD, draws, weights, effective)


@pytest.mark.parametrize("simulated", [0, 4, 400])
def test_draws_of_equal_weight_keep_spread_and_correlation(simulated, band):
    mode = np.array([1.0, -3.0])
    luck = np.random.default_rng(1)
    covariance = CORRELATION * np.outer(SD, SD)
    sample = luck.multivariate_normal(mode, covariance, simulated).reshape(simulated, 2)
    if simulated == 4:  # so few that only their kernel can give them a shape: as spread as normals
        sample = mode + np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) @ (
            np.linalg.cholesky(covariance).T
        )
    weights = np.full(simulated, 1.0 / simulated) if simulated else np.zeros(0)
    drawn = equal_draws(found_at(mode), posterior_with(sample, weights), 4000, 7)
    slack = 0.0 if simulated < 400 else 4.0 / np.sqrt(400)  # the sample's own error
    assert np.all(np.abs(drawn.mean(axis=0) - mode) < SD * (band / np.sqrt(4000) + slack))
    assert drawn.std(axis=0) == pytest.approx(SD, rel=band / np.sqrt(8000) + slack / np.sqrt(2))
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(-0.8, abs=0.03 + 0.36 * slack)


def test_draws_follow_the_weights_and_not_only_the_approximation():
    """400 points on a bend, half of them of no weight: the half that counts is what is drawn."""
    side = np.repeat([1.0, -1.0], 200)
    sample = np.column_stack([side, np.zeros(400)]) * SD
    weights = np.where(side > 0, 1.0 / 200, 0.0)
    drawn = equal_draws(found_at(np.zeros(2)), posterior_with(sample, weights), 2000, 7)
    blind = equal_draws(found_at(np.zeros(2)), posterior_with(sample, np.full(400, 1 / 400)),
                        2000, 7)  # fmt: skip
    assert drawn[:, 0].mean() > 0.6 * SD[0] and abs(blind[:, 0].mean()) < 0.1 * SD[0]


def test_more_draws_of_equal_weight_continue_the_sequence():
    of = posterior_with(np.eye(2), np.array([0.3, 0.7]))
    few, many = (equal_draws(found_at(np.zeros(2)), of, count, 7) for count in (5, 50))
    assert np.array_equal(few, many[:5]) and len(np.unique(many, axis=0)) == 50
