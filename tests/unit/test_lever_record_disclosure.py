"""Not asking opens vacancies and a gap; sealing first records helps; clearing old ones does not."""

import numpy as np

SCARCE = {"employers": {"vacancies": 80.0}, "population": {"label_share": 0.3}}


def _run(make_world, parameters=None, **dials):
    world = make_world(
        6000, seed=9, dials={"record_disclosure": dials} if dials else {}, parameters=parameters,
        months=48,
    )  # fmt: skip
    return world.records.finish().series


def test_not_asking_brings_jobs_where_vacancies_limit_and_widens_the_gap(make_world):
    base = _run(make_world, SCARCE)
    some, all_ = (_run(make_world, SCARCE, covered=c) for c in (0.4, 1.0))
    assert base["jobs_found"].sum() < some["jobs_found"].sum() < all_["jobs_found"].sum()
    asked = _run(make_world, SCARCE, cleared_old=0.1)
    gap = [s["employment_gap"][12:].mean() for s in (asked, some, all_)]
    assert gap[0] < gap[1] < gap[2] and gap[2] > gap[0] + 0.02


def test_where_nobody_carries_the_label_there_is_nothing_to_guess(make_world):
    s = _run(make_world, covered=1.0)
    assert not s["employment_gap"].any()


def test_sealing_a_first_record_takes_its_stigma_away_and_brings_jobs(make_world):
    base, sealed = _run(make_world), _run(make_world, sealed_first=1.0)
    assert sealed["records_sealed"].sum() > 0
    assert sealed["employed"].sum() > base["employed"].sum()


def test_clearing_old_records_does_nothing_but_count(make_world):
    base, cleared = _run(make_world), _run(make_world, cleared_old=1.0)
    assert cleared["records_cleared"].sum() > 0
    assert np.array_equal(cleared["employed"], base["employed"])


def test_even_if_it_mattered_clearing_an_old_record_gains_far_less_than_sealing_a_first_one(
    make_world,
):
    """The null emerges: by the time a record is old, its stigma has faded."""
    everyone = {"record_disclosure": {"uptake": 1.0, "forgotten": 0.2}}
    base, sealed = _run(make_world), _run(make_world, sealed_first=1.0)
    cleared = _run(make_world, everyone, cleared_old=1.0)
    gain = [
        (s["employed"].sum() - base["employed"].sum()) / s[records].sum()
        for s, records in ((cleared, "records_cleared"), (sealed, "records_sealed"))
    ]
    assert gain[0] < 0.5 * gain[1]
