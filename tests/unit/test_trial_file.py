"""Trial files: every shipped one can be prepared, and mistakes are told in one line."""

import numpy as np
import pytest

from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.experiment.scenario import scenarios_in
from sim.experiment.trial import check_trial
from sim.experiment.trial_prepare import prepare
from sim.experiment.trial_result import definition
from sim.experiment.trial_world import TrialWorld, _enrolled, run_world

SCENARIOS = scenarios_in([shipped("scenarios")])
NAMES = SCENARIOS.names("trial")


def loaded(content, name="community_against_short_custody"):
    scenario = SCENARIOS.load("trial", name)

    def where(keys):
        return scenario.file.where(*keys)

    trial = check_trial(content, where)
    place = SCENARIOS.load("jurisdiction", trial.jurisdiction)
    return trial, *prepare(trial, scenario, place, where)


@pytest.fixture
def content():
    return {
        "title": "A trial", "jurisdiction": "us_states",
        "eligible": {"event": "sentence to short custody", "male": True},
        "arms": {
            "order": {
                "n": 50,
                "dials": {"noncustodial_sentences": {"uptake": 1.0, "replacement": 1.0}},
            },
            "custody": {"n": 50},
        },
        "offered": "once", "accrual_months": 6, "follow_from": "liberty", "wait_months": 6,
        "follow_up_months": 6, "outcome": "rearrest", "scale": "hazard ratio",
        "published": {"value": 0.9, "low": 0.7, "high": 1.2, "evidence": "none"}, "source": "-",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_trial_opens_with_a_question_and_can_be_prepared(name):
    scenario = SCENARIOS.load("trial", name)
    assert scenario.question.endswith("?")
    trial, _, rules = loaded(scenario.content, name)
    assert set(trial.reserved) <= {rule.name for rule in rules}
    assert definition(trial) and trial.role in ("validation", "calibration")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("outcome",), "rearest", "Did you mean 'rearrest'?"),
        (("scale",), "hazard", "Did you mean 'hazard ratio'?"),
        (("scale",), "rate ratio", "not measured as"),
        (("eligible", "event"), "release", "unknown event 'release'"),
        (("eligible", "age_year"), 18, "Did you mean 'age_years'?"),
        (("eligible", "log_frailty"), 0, "unknown column 'log_frailty'"),
        (("eligible", "offence"), "burglery", "Did you mean 'burglary'?"),
        (("eligible", "age_years"), {"atleast": 18}, "Did you mean 'at_least'?"),
        (("eligible", "age_years"), {"at_least": "young"}, "expected a number"),
        (("arms", "order", "dials"), {"noncustodial": {}}, "Did you mean"),
        (("arms", "order", "dials"), {"noncustodial_sentences": {"uptak": 1}}, "'uptake'"),
        (("arms", "order", "dials"), {"noncustodial_sentences": {"uptake": 0.0}}, "status quo"),
        (("arms", "order", "m"), 3, "unknown key 'arms.order.m'"),
        (("published", "evidence"), "life_rosi_hr", "Did you mean 'life_rossi_hr'?"),
        (("published", "low"), None, "low and high"),
        (("published", "low"), 0.95, "outside its interval"),
        (("measure",), {"within": "young"}, "unknown subgroup 'young'"),
        (("follow_up_months",), 0, "greater than or equal to 1"),
        (("arms",), {"order": {"n": 3}}, "at least 2"),
        (("usual",), {"noncustodial_sentences": {"uptake": 0.5}}, "set twice"),
        (("overrides",), {"parameters": {"offending": {"femal": {"value": 1, "source": "assumed",
                                                                  "note": "x"}}}}, "'female'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_line(content, path, value, expected):
    *above, last = path
    inner = content
    for key in above:
        inner = inner[key]
    inner[last] = value
    with pytest.raises(DesistError) as error:
        loaded(content)
    assert expected in str(error.value) and "\n" not in str(error.value)


def test_only_the_eligible_are_enrolled_once_and_only_their_arm_is_reached(content):
    content["eligible"]["age_years"] = {"at_least": 25, "below": 40}
    content["offered"] = "throughout"
    trial, place, rules = loaded(content)
    world = TrialWorld(place, rules, trial, 30_000, 3, 12)
    world.run_to(trial.months)
    enrolled = _enrolled(world)
    assert np.unique(enrolled["person"]).shape == enrolled["person"].shape
    assert enrolled["person"].shape[0] > 30
    in_arms = enrolled["arm"] == 0
    assert 0 < in_arms.sum() < in_arms.shape[0]
    seen = {int(i): k for k, i in enumerate(world.people.id)}
    there = np.array([seen[int(i)] for i in enrolled["person"] if int(i) in seen])
    assert world.people.male[there].all()
    orders = world.records.finish().series["custody_replaced"].sum()
    # Reached again at later sentences, but never anyone outside the arm.
    assert in_arms.sum() <= orders < 2 * in_arms.sum()


def test_a_trial_in_which_nobody_is_enrolled_changes_nothing(content, differing):
    from sim.world import World

    content["eligible"]["age_years"] = {"at_least": 200}
    trial, place, rules = loaded(content)
    world = TrialWorld(place, rules, trial, 3000, 3, 12)
    usual = World(place, [r for r in rules if r.kind == "process"], 3000, 3, warmup_months=12)
    for one in (world, usual):
        one.run_to(12)
    assert not differing(world.records.finish(), usual.records.finish())


def test_what_a_lever_cannot_withhold_it_cannot_try(content, tmp_path):
    (tmp_path / "campaign.py").write_text(
        '"""A lever for everybody."""\n'
        "from sim.rules import Lever, array_step, dial\n\n\n"
        "class Campaign(Lever):\n"
        '    """Acts on whole places."""\n\n'
        '    paragraphs = (40,)\n    size: float = dial(0.0, unit="share", label="size")\n\n'
        '    @array_step("society")\n    def run(self, world):\n        """Do nothing."""\n'
    )
    content["arms"]["order"]["dials"] = {"campaign": {"size": 0.5}}
    scenario = SCENARIOS.load("trial", "community_against_short_custody")

    def where(keys):
        return scenario.file.where(*keys)

    trial = check_trial(content, where)
    place = SCENARIOS.load("jurisdiction", "us_states")
    built, rules = prepare(trial, scenario, place, where, (tmp_path,))
    with pytest.raises(DesistError, match="acts on whole places"):
        run_world(built, rules, trial, 2000, 1, 1)
